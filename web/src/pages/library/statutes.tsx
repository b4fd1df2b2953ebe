/** The statutes that the library rests on. */
import { Input } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useStatutes } from '../../api/queries';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { library as all } from '../../text/library';
import { alone, Confidence } from './parts';
import './library.css';

const words = all.article;

export function Component() {
  const read = useStatutes();
  const [params, setParams] = useSearchParams();
  const text = params.get('text') ?? '';
  useTitle(all.statutes);
  return (
    <div className="page library">
      <p className="crumb">
        <Link to="/library">{all.title}</Link>
      </p>
      <div className="bar">
        <h1>{all.statutes}</h1>
        <Input.Search
          allowClear
          placeholder={words.find}
          aria-label={words.find}
          value={text}
          onChange={(e) => setParams(e.target.value ? { text: e.target.value } : {}, { replace: true })}
        />
      </div>
      <p className="soft lead">
        {words.lead}
        {words.noText}
      </p>
      <Read of={read} rows={12}>
        {(statutes) => {
          const shown = statutes.filter((s) => s.name.includes(text) || s.id.includes(text)).toSorted((a, b) => b.uses - a.uses);
          if (shown.length === 0) return <p className="empty">{words.nothing}</p>;
          return (
            <div className="scroll" tabIndex={0} role="region" aria-label={all.statutes}>
              <table className="list wide-table">
                <thead>
                  <tr>
                    <th>{words.name}</th>
                    <th>{words.id}</th>
                    <th>{words.effective}</th>
                    <th className="right">{words.count}</th>
                    <th className="right">{words.rests}</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((s) => {
                    const v = s.versions.find((x) => x.in_force) ?? s.versions[0];
                    return (
                      <tr key={s.id}>
                        <th scope="row">
                          <Link to={`/library/articles/${encodeURIComponent(s.id)}`}>{alone(s.name)}</Link> {v && <Confidence of={v.confidence} />}
                        </th>
                        <td>{s.id}</td>
                        <td className="num">{v?.effective ?? common.none}</td>
                        <td className="num right">{v?.articles ?? words.unknown}</td>
                        <td className="num right">{s.uses}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          );
        }}
      </Read>
    </div>
  );
}
