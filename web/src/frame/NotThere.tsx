import { LinkButton } from '../parts/LinkButton';
import { common } from '../text/common';

export function Component() {
  return (
    <div className="page">
      <h1>{common.notThere}</h1>
      <p className="pad-b">{common.notThereDetail}</p>
      <LinkButton to="/">{common.toDesk}</LinkButton>
    </div>
  );
}
