/** Legal sources; each leads to its article in the library. */
import { Fragment } from 'react';
import { Link } from 'react-router';
import { useLibrary } from '../api/queries';
import { common } from '../text/common';
import { citationOf, fullOf } from './statute';

export function Basis({ of, bare = false }: { of: string[]; bare?: boolean }) {
  if (of.length === 0) return null;
  return (
    <span className="basis">
      {!bare && `${common.basis}：`}
      <Cited of={of} />
    </span>
  );
}

function Cited({ of }: { of: string[] }) {
  const statutes = useLibrary().data?.statutes;
  return of.map((given, i) => {
    const text = statutes ? fullOf(given, statutes) : given;
    const citation = statutes && citationOf(text, statutes);
    return (
      // A basis may name one article twice.
      <Fragment key={`${text}${i}`}>
        {i > 0 && '；'}
        {citation ? <Link to={`/library/articles/${encodeURIComponent(citation)}`}>{text}</Link> : text}
      </Fragment>
    );
  });
}
