/** Legal sources; each leads to its article in the library. */
import { Fragment } from 'react';
import { Link } from 'react-router';
import { common } from '../text/common';
import { useCitations } from './citations';

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
  return useCitations(of).map(({ title, citation }, i) => (
    // A basis may name one article twice.
    <Fragment key={`${title}${i}`}>
      {i > 0 && '；'}
      {citation ? <Link to={`/library/articles/${encodeURIComponent(citation)}`}>{title}</Link> : title}
    </Fragment>
  ));
}
