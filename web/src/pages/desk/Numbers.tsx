/** Cases by stage, and what those who lead look at. Every number is a link to the cases that it counts. */
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDesk } from '../../api/queries';
import type { Figure, Figures } from '../../api/types';
import { Empty, Read } from '../../parts/States';
import { desk } from '../../text/desk';
import { Section } from './Section';

const ORDER = ['overdue', 'near', 'open', 'opened', 'handed'] as const;
const LOADS = 8;

const listOf = (query: Record<string, string>) => `/files?${new URLSearchParams(query).toString()}`;

export function Stages() {
  const read = useDesk();
  return (
    <Section title={desk.stages}>
      <Read of={read} rows={3}>
        {({ stages }) =>
          stages.length === 0 ? (
            <Empty>{desk.stagesEmpty}</Empty>
          ) : (
            <ul className="stages">
              {stages.map((s) => (
                <li key={`${s.process}${s.state}`}>
                  <Link to={listOf(s.query)}>
                    <span className="cut">
                      {s.state} <span className="soft">{s.process}</span>
                    </span>
                    <b className="num">{s.files}</b>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Read>
    </Section>
  );
}

/** For those who lead; nothing for others. A failed reading is told where the stages stand. */
export function Leading() {
  const figures = useDesk().data?.figures;
  return figures ? <Lead figures={figures} /> : null;
}

function Lead({ figures }: { figures: Figures }) {
  const [all, setAll] = useState(false);
  const loads = all ? figures.loads : figures.loads.slice(0, LOADS);
  return (
    <Section title={desk.figures}>
      <ul className="figures">
        {ORDER.map((name) => (
          <li key={name}>
            <Link to={listOf(figures[name].query)} className={name === 'overdue' && figures[name].files > 0 ? 'due-over' : undefined}>
              <span>{desk.figure[name]}</span>
              <b className="num">{figures[name].files}</b>
            </Link>
          </li>
        ))}
      </ul>
      {figures.loads.length === 0 ? (
        <Empty>{desk.loadsEmpty}</Empty>
      ) : (
        <table className="list loads" aria-label={desk.loads}>
          <thead>
            <tr>
              <th scope="col">{desk.handler}</th>
              {(['open', 'overdue', 'near'] as const).map((n) => (
                <th key={n} scope="col" className="right">
                  {desk.figure[n]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {loads.map((l) => (
              <tr key={l.user}>
                <th scope="row">{l.name}</th>
                {(['open', 'overdue', 'near'] as const).map((n) => (
                  <td key={n} className="right num">
                    <Count of={l[n]} bad={n === 'overdue'} label={`${l.name} ${desk.figure[n]} ${desk.files(l[n].files)}`} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!all && figures.loads.length > LOADS && (
        <Button type="link" onClick={() => setAll(true)}>
          {desk.moreLoads(figures.loads.length - LOADS)}
        </Button>
      )}
    </Section>
  );
}

function Count({ of, bad, label }: { of: Figure; bad: boolean; label: string }) {
  if (of.files === 0) return <span className="soft">0</span>;
  return (
    <Link to={listOf(of.query)} className={bad ? 'due-over' : undefined} aria-label={label}>
      {of.files}
    </Link>
  );
}
