/** A password that an administrator hands over. It is shown this once. */
import { Typography } from 'antd';
import type { TemporaryPassword } from '../../api/types';
import { momentCn } from '../../parts/time';
import { admin as words } from '../../text/admin';

export function Temporary({ of: t, name }: { of: TemporaryPassword; name: string }) {
  return (
    <section className="handed-over" role="status">
      <h3>{words.temporary(name)}</h3>
      <Typography.Text copyable code>
        {t.password}
      </Typography.Text>
      <p className="soft">{words.temporaryLead(momentCn(t.until))}</p>
    </section>
  );
}
