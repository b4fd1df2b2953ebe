/** Units, their people and roles, and who stands in for whom: for administrators. */
import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useUnits } from '../../api/queries';
import { Delegations } from '../../parts/Delegations';
import { useUser } from '../../parts/session';
import { Empty, Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { admin as words } from '../../text/admin';
import { Changes } from './Changes';
import { People } from './People';
import { UnitCard } from './Unit';
import { Units } from './Units';

export function Component() {
  useTitle(words.title);
  const user = useUser();
  const units = useUnits();
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') ?? 'people';
  const go = (next: Record<string, string>) => {
    const { from: _, ...rest } = Object.fromEntries(params);
    setParams({ ...rest, ...next });
  };
  return (
    <Read of={units} rows={8}>
      {(all) => {
        const mine = all.filter((u) => u.administered);
        const unit = mine.find((u) => u.id === params.get('unit')) ?? mine.find((u) => u.id === user.unit) ?? mine[0];
        if (!unit) {
          return (
            <div className="page">
              <h1>{words.title}</h1>
              <Empty>{words.none}</Empty>
            </div>
          );
        }
        return (
          <div className={mine.length > 1 ? 'page admin' : 'page'}>
            {mine.length > 1 && <Units all={mine} chosen={unit.id} choose={(id) => go({ unit: id })} />}
            <div>
              <h1>{unit.name}</h1>
              <Tabs
                activeKey={tab}
                onChange={(key) => go({ tab: key })}
                destroyOnHidden
                items={[
                  { key: 'people', label: words.people, children: <People key={unit.id} unit={unit} /> },
                  { key: 'delegations', label: words.delegations, children: <Delegations unit={unit.id} /> },
                  { key: 'unit', label: words.unit, children: <UnitCard key={`${unit.id} ${unit.name} ${unit.abbr} ${unit.code}`} unit={unit} go={(id) => go({ unit: id })} /> },
                  { key: 'changes', label: words.changes, children: <Changes key={unit.id} unit={unit.id} /> },
                ]}
              />
            </div>
          </div>
        );
      }}
    </Read>
  );
}
