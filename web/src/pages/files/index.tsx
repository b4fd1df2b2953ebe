/** The case list: found, counted, sorted and paged by the server; filter, order and place stand in the address. */
import { useSearchParams } from 'react-router';
import { useClock, useFiles, useLibrary, useListForms } from '../../api/queries';
import type { ListForms } from '../../api/types';
import { handles } from '../../parts/duties';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Pager } from '../../parts/Pager';
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
  const go = (offset: number) => {
    const next = new URLSearchParams(params);
    if (offset > 0) next.set('from', String(offset));
    else next.delete('from');
    put(next);
  };
  const filtered = [...params.keys()].some((k) => !['sort', 'columns', 'from'].includes(k));
  return (
    <>
      <div className="bar">
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
      <FilterBar params={params} set={put} forms={forms} handler={list.data?.handler ?? undefined} />
      <Read of={list} rows={8}>
        {(data) =>
          data.total === 0 ? (
            <Empty>{filtered ? words.empty : guest ? words.emptyGuest : words.emptyAll}</Empty>
          ) : (
            <>
              <Table items={data.items} columns={columns} sort={params.get('sort') ?? '-updated'} onSort={(sort) => put(changed(params, { sort }))} now={now} />
              <Pager from={from} shown={data.items.length} total={data.total} size={PAGE} go={go} />
            </>
          )
        }
      </Read>
    </>
  );
}
