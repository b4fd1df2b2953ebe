/** The case list as it is printed: every row of the question, the columns that are shown, on A4 across. */
import { Button } from 'antd';
import { useSearchParams } from 'react-router';
import { useAllFiles, useClock, useListForms } from '../../api/queries';
import type { ListForms, ListItem } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Empty, Failed, Loading, Read } from '../../parts/States';
import { dueDate, momentCn } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { files as words } from '../../text/files';
import { useColumns } from '../files/columns';
import { queryOf } from '../files/query';
import { cell } from '../files/Table';
import { useConditions } from './conditions';

/** Rows of one list: more are exported. */
const MOST = 1000;

export function Component() {
  useTitle(words.printTitle);
  const forms = useListForms();
  return <Read of={forms}>{(data) => <Printed forms={data} />}</Read>;
}

function Printed({ forms }: { forms: ListForms }) {
  const [params] = useSearchParams();
  const user = useUser();
  const now = useClock().data?.now;
  const columns = useColumns(user.id, forms.fields, params.get('columns'), () => {});
  const cards = columns.shown.filter((c) => c.field).map((c) => c.key);
  const list = useAllFiles({ ...queryOf(params), ...(cards.length > 0 && { columns: cards.join(',') }) }, MOST);
  const { data, rows, wanted, failed } = list;
  const conditions = useConditions(params, forms, data?.handler ?? undefined);
  const ready = data !== undefined && rows.length >= wanted;
  return (
    <main>
      <div className="print-bar wide">
        <Button type="primary" disabled={!ready || rows.length === 0} title={!ready ? words.printFetching : rows.length === 0 ? words.printNothing : undefined} onClick={() => window.print()}>
          {words.print}
        </Button>
        <LinkButton to={`/files?${params.toString()}`}>{common.back}</LinkButton>
        {data && !ready && !failed && (
          <span className="soft" role="status">
            {words.fetching(rows.length, wanted)}
          </span>
        )}
      </div>
      <article className="a4 wide">
        <h1>{words.printTitle}</h1>
        <Read of={list.first}>
          {({ total }) =>
            total === 0 ? (
              <>
                <p className="lead">{words.conditions(conditions)}</p>
                <Empty>{words.empty}</Empty>
              </>
            ) : failed ? (
              <Failed error={failed.error} again={() => void failed.refetch()} />
            ) : !ready ? (
              <Loading rows={8} />
            ) : (
              <>
                <p className="lead">
                  <span>{words.conditions(conditions)}</span>
                  <span className="num">{total > rows.length ? words.tooMany(rows.length, total) : words.total(total)}</span>
                  <span>{words.printedBy(`${user.unit_name} ${user.name}`, now ? momentCn(now) : '')}</span>
                </p>
                <div className="scroll">
                  <table className="printed">
                    <thead>
                      <tr>
                        <th scope="col">{words.order}</th>
                        <th scope="col">{words.name}</th>
                        {columns.shown.map((c) => (
                          <th key={c.key} scope="col">
                            {c.name}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {rows.map((i, n) => (
                        <tr key={i.id}>
                          <td className="num">{n + 1}</td>
                          <th scope="row">
                            {i.title}
                            {i.closed && `（${words.closed}）`}
                            {i.sealed && ` ${words.sealed}`}
                          </th>
                          {columns.shown.map((c) => (
                            <td key={c.key}>{c.key === 'due' && i.due ? <Ends of={i.due} /> : cell(c, i, now)}</td>
                          ))}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </>
            )
          }
        </Read>
      </article>
    </main>
  );
}

/** Paper does not tell what is left, but the day. */
function Ends({ of: d }: { of: NonNullable<ListItem['due']> }) {
  return (
    <>
      <span className="num">{dueDate(d.at)}</span> {d.clock} {d.name}
    </>
  );
}
