/** A page that failed to load or to draw: most often a newer version has been installed. */
import { Button } from 'antd';
import { common } from '../text/common';

export function Broken() {
  return (
    <main className="entry">
      <section>
        <h1>{common.failed}</h1>
        <p>{common.failedDetail}</p>
        <Button type="primary" onClick={() => window.location.reload()}>
          {common.retry}
        </Button>
      </section>
    </main>
  );
}
