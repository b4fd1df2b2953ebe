/** The case list: found, counted and paged by the server; filter and place stand in the address. */
import { Button, Input } from 'antd';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useFiles } from '../../api/queries';
import type { Item } from '../../api/types';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { files } from '../../text/files';

const PAGE = 50;

export function Component() {
  useTitle(files.title);
  const [params, setParams] = useSearchParams();
  const text = params.get('text') ?? '';
  const from = Math.max(0, Number(params.get('from') ?? 0) || 0);
  const list = useFiles({ text: text || undefined, limit: PAGE, offset: from });
  const go = (offset: number) => setParams({ ...(text && { text }), ...(offset > 0 && { from: String(offset) }) });
  return (
    <div className="page">
      <div className="bar">
        <h1>{files.title}</h1>
        <Input.Search
          key={text}
          defaultValue={text}
          placeholder={files.search}
          aria-label={files.search}
          allowClear
          onSearch={(t) => setParams(t.trim() ? { text: t.trim() } : {})}
        />
      </div>
      <Read of={list} rows={8}>
        {(data) =>
          data.total === 0 ? (
            <Empty>{text ? files.empty : files.emptyAll}</Empty>
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={files.title}>
                <table className="list">
                  <thead>
                    <tr>
                      <th>{files.name}</th>
                      <th>{files.stage}</th>
                      <th>{files.unit}</th>
                      <th className="num">{files.updated}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.items.map((i) => (
                      <Row key={i.id} item={i} />
                    ))}
                  </tbody>
                </table>
              </div>
              <div className="pager">
                <span className="soft num">{files.range(from + 1, from + data.items.length, data.total)}</span>
                <Button disabled={from === 0} onClick={() => go(Math.max(0, from - PAGE))}>
                  {files.previous}
                </Button>
                <Button disabled={from + data.items.length >= data.total} onClick={() => go(from + PAGE)}>
                  {files.next}
                </Button>
              </div>
            </>
          )
        }
      </Read>
    </div>
  );
}

function Row({ item }: { item: Item }) {
  const navigate = useNavigate();
  // One line a state: a case with many persons stays readable.
  const states = new Map<string, string[]>();
  for (const t of item.tracks.filter((t) => !t.ended)) states.set(t.state_name, [...(states.get(t.state_name) ?? []), t.label]);
  return (
    <tr onClick={() => void navigate(`/files/${item.id}`)}>
      <th scope="row">
        <Link to={`/files/${item.id}`} onClick={(e) => e.stopPropagation()}>
          {item.title}
        </Link>
        {item.closed && <span className="tag">{files.closed}</span>}
        {item.sealed && <span className="tag tag-soon">{files.sealed}</span>}
      </th>
      <td>
        {states.size === 0
          ? common.none
          : [...states].map(([state, who]) => (
              <div key={state}>
                {state} <span className="soft">{who.slice(0, 3).join('、')}</span>
              </div>
            ))}
      </td>
      <td>{item.unit_name}</td>
      <td className="num">{momentOf(item.updated_at)}</td>
    </tr>
  );
}
