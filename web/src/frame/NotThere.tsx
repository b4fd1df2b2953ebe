import { common } from '../text/common';

export function Component() {
  return (
    <div className="page">
      <h1>{common.notThere}</h1>
      <p>{common.notThereDetail}</p>
    </div>
  );
}
