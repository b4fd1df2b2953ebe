/** One article: its statute and versions, and everything in the library that rests on it. */
import { Link, useParams } from 'react-router';
import { useArticle } from '../../api/queries';
import type { ArticleShown, StatuteShown } from '../../api/types';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { library as all } from '../../text/library';
import { alone, Confidence } from './parts';
import './library.css';

const words = all.article;
/** Where on the page of its process a definition stands. */
const PLACES: Record<string, string> = { action: 'act', approval: 'act', deadline: 'deadline', requirement: 'req' };

/** What is no repository or program, but says how it is. */
const CHINESE = /\p{Script=Han}/u;

export function Component() {
  const { article = '' } = useParams();
  const read = useArticle(article);
  useTitle(read.data?.title);
  return (
    <div className="page library">
      <Read of={read} rows={8}>
        {(a) => <Shown article={a} />}
      </Read>
    </div>
  );
}

function Shown({ article: a }: { article: ArticleShown }) {
  return (
    <>
      <p className="crumb">
        <Link to="/library">{all.title}</Link> / <Link to="/library/articles">{all.statutes}</Link> /{' '}
        <Link to={`/library/articles/${encodeURIComponent(a.statute.id)}`}>{alone(a.statute.name)}</Link>
      </p>
      <h1 className="song">
        {a.title} <code className="soft">{a.citation}</code>
      </h1>
      <p className="soft lead">{words.noText}</p>
      <Versions of={a.statute} />
      <section className="block">
        <h2>
          {words.uses} <span className="count num">{a.uses.length}</span>
        </h2>
        {a.uses.length === 0 ? <p className="empty">{words.none}</p> : <Uses of={a} />}
      </section>
      {a.articles.length > 0 && (
        <section className="block">
          <h2>{words.others}</h2>
          <p className="refs pad">
            {a.articles.map((o) => (
              <Link key={o.citation} to={`/library/articles/${encodeURIComponent(o.citation)}`} aria-current={o.citation === a.citation ? 'page' : undefined}>
                {o.title}
              </Link>
            ))}
          </p>
        </section>
      )}
    </>
  );
}

function Uses({ of: a }: { of: ArticleShown }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.uses}>
      <table className="list wide-table">
        <thead>
          <tr>
            <th>{words.kind}</th>
            <th>{words.what}</th>
            <th>{words.where}</th>
            <th>{words.as}</th>
          </tr>
        </thead>
        <tbody>
          {a.uses.map((u, i) => {
            const place = PLACES[u.kind];
            return (
              <tr key={`${u.kind}${u.process ?? ''}${u.id}${i}`}>
                <td>{words.kinds[u.kind] ?? u.kind}</td>
                <th scope="row">
                  {u.process ? <Link to={`/library/${u.process}${place ? `#${place}-${u.id}` : ''}`}>{u.name}</Link> : u.name}{' '}
                  <Confidence of={u.confidence} />
                </th>
                <td>{u.process_name ?? <span className="soft">{words.shared}</span>}</td>
                <td className="song">{u.cited.split('》').at(-1) === '' ? u.cited : u.cited.replaceAll(/《[^》]+》/g, '')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Versions({ of: s }: { of: StatuteShown }) {
  return (
    <section className="block">
      <h2>
        《{s.name}》{words.versions}
      </h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={words.versions}>
        <table className="list">
          <thead>
            <tr>
              <th>{words.version}</th>
              <th>{words.effective}</th>
              <th className="right">{words.count}</th>
              <th>{words.source}</th>
            </tr>
          </thead>
          <tbody>
            {s.versions.map((v) => (
              <tr key={`${v.date ?? ''}${v.effective ?? ''}`}>
                <th scope="row" className="num">
                  {v.date ?? common.none} {v.in_force && <span className="tag tag-good">{words.inForce}</span>}
                  {v.has === true && <span className="tag">{words.has}</span>}
                  {v.has === false && <span className="tag tag-danger">{words.hasNot}</span>}
                </th>
                <td className="num">{v.effective ?? common.none}</td>
                <td className="num right">{v.articles ?? words.unknown}</td>
                <td className="soft">
                  {CHINESE.test(v.source) ? v.source : <span title={v.source}>{words.compiled}</span>} <Confidence of={v.confidence} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
