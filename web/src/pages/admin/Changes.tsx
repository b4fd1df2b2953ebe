/** Who changed accounts, roles and delegations of a unit, when and how; the latest first. */
import { useSearchParams } from 'react-router';
import { useAudit } from '../../api/queries';
import type { Audits } from '../../api/types';
import { Pager } from '../../parts/Pager';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { admin as words } from '../../text/admin';
import { common } from '../../text/common';
import { deadlines } from '../../text/files';

const PAGE = 50;

export function Changes({ unit }: { unit: string }) {
  const [params, setParams] = useSearchParams();
  const from = Math.max(0, Number(params.get('from')) || 0);
  const list = useAudit(unit, from, PAGE);
  const go = (to: number) => setParams({ ...Object.fromEntries(params), from: String(Math.max(0, to)) });
  return (
    <Read of={list} rows={6}>
      {({ items, total }) =>
        total === 0 ? (
          <Empty>{words.noChanges}</Empty>
        ) : (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label={words.changes}>
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.changeColumns.at}</th>
                    <th>{words.changeColumns.user}</th>
                    <th>{words.changeColumns.what}</th>
                    <th>{words.changeColumns.by}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((a) => (
                    <tr key={a.id}>
                      <td className="num">{momentOf(a.at)}</td>
                      <th scope="row">{a.user === '-' ? words.unitItself : a.user_name}</th>
                      <td className="long">
                        {words.change[a.act]}
                        {said(a).map((s) => (
                          <span key={s}>　{s}</span>
                        ))}
                      </td>
                      <td>{a.by_name}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager from={from} shown={items.length} total={total} size={PAGE} go={go} range={deadlines.range} />
          </>
        )
      }
    </Read>
  );
}

/** What a change says, part by part. */
function said(a: Audits): string[] {
  const grade = (n: number | undefined) => common.grades[n ?? 0] ?? '';
  const account = (on: boolean | undefined) => (on ? words.enabled : words.disabled);
  return [
    a.roles.join('、'),
    a.delegate_name ? words.lentTo(a.delegate_name) : '',
    a.name ? words.changed(a.user === '-' ? words.unitName : words.name, a.name[0] ?? '', a.name[1] ?? '') : '',
    a.abbr ? words.changed(words.abbr, a.abbr[0] ?? '', a.abbr[1] ?? '') : '',
    a.code ? words.changed(words.code, a.code[0] ?? '', a.code[1] ?? '') : '',
    a.clearance ? words.changed(words.clearance, a.act === 'person_added' ? '' : grade(a.clearance[0]), grade(a.clearance[1])) : '',
    a.active ? words.changed(words.account, account(a.active[0]), account(a.active[1])) : '',
    a.from ? words.since(momentOf(a.from)) : '',
    a.to ? words.until(momentOf(a.to)) : '',
    a.basis ?? '',
  ].filter(Boolean);
}
