/** The case list: found, counted, sorted and paged by the server; filter, order and place stand in the address. */
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { useClock, useFiles, useLibrary, useListForms } from '../../api/queries';
import type { ListForms } from '../../api/types';
import { handles } from '../../parts/duties';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Empty, Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { files as words } from '../../text/files';
import { ColumnPicker } from './ColumnPicker';
import { useColumns } from './columns';
import { ExportButton, ExportRows } from './Export';
import { FilterBar } from './FilterBar';
import { changed, queryOf } from './query';
import { SavedViews } from './SavedViews';
import { Table } from './Table';

const PAGE = 50;

export function Component() {
  useTitle(words.title);
  const forms = useListForms();
  return (
    <div className="page wide-page">
      <Read of={forms} rows={8}>
        {(data) => <Cases forms={data} />}
      </Read>
    </div>
  );
}

function Cases({ forms }: { forms: ListForms }) {
  const [params, setParams] = useSearchParams();
  const now = useClock().data?.now;
  const user = useUser();
  const library = useLibrary().data;
  const guest = library && !handles(library, user);
  const put = (next: URLSearchParams) => setParams(next);
  const columns = useColumns(user.id, forms.fields, params.get('columns'), (keys) => put(changed(params, { columns: keys })));
  const from = Math.max(0, Number(params.get('from') ?? 0) || 0);
  const query = queryOf(params);
  const cards = columns.shown.filter((c) => c.field).map((c) => c.key);
  const asked = { ...query, ...(cards.length > 0 && { columns: cards.join(',') }) };
  const list = useFiles({ ...asked, limit: PAGE, offset: from });
  const top = useRef<HTMLDivElement>(null);
  const go = (offset: number) => {
    const next = new URLSearchParams(params);
    if (offset > 0) next.set('from', String(offset));
    else next.delete('from');
    put(next);
  };
  // A new page begins at its first row.
  const before = useRef(from);
  useEffect(() => {
    if (before.current !== from) top.current?.scrollIntoView({ block: 'start' });
    before.current = from;
  }, [from]);
  const filtered = [...params.keys()].some((k) => !['sort', 'columns', 'from'].includes(k));
  return (
    <>
      <div className="bar" ref={top}>
        <h1>{words.title}</h1>
        <span className="soft num" role="status">
          {list.data && words.total(list.data.total)}
        </span>
        <div className="row tools-right">
          <SavedViews params={params} columns={columns.shown.map((c) => c.key)} />
          <ColumnPicker columns={columns} />
          <LinkButton to={`/files/print?${params.toString()}`}>
            {words.print}
          </LinkButton>
          <ExportButton query={query} columns={columns.shown.map((c) => c.key)} total={list.data?.total} />
        </div>
      </div>
      <ExportRows />
      <FilterBar params={params} set={put} forms={forms} />
      <Read of={list} rows={8}>
        {(data) =>
          data.total === 0 ? (
            <Empty>{filtered ? words.empty : guest ? words.emptyGuest : words.emptyAll}</Empty>
          ) : (
            <>
              <Table items={data.items} columns={columns} sort={params.get('sort') ?? '-updated'} onSort={(sort) => put(changed(params, { sort }))} now={now} />
              <div className="pager">
                <span className="soft num">{words.range(from + 1, from + data.items.length, data.total)}</span>
                <Button disabled={from === 0} onClick={() => go(Math.max(0, from - PAGE))}>
                  {words.previous}
                </Button>
                <span className="num">{words.page(Math.floor(from / PAGE) + 1, Math.ceil(data.total / PAGE))}</span>
                <Button disabled={from + data.items.length >= data.total} onClick={() => go(from + PAGE)}>
                  {words.next}
                </Button>
              </div>
            </>
          )
        }
      </Read>
    </>
  );
}
