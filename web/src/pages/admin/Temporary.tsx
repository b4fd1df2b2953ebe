/** A password that an administrator hands over. It is shown this once. */
import { Alert, Typography } from 'antd';
import type { TemporaryPassword } from '../../api/types';
import { momentOf } from '../../parts/time';
import { admin as words } from '../../text/admin';

export function Temporary({ of: t, name }: { of: TemporaryPassword; name: string }) {
  return (
    <Alert
      type="success"
      showIcon
      title={words.temporary(name)}
      description={
        <>
          <Typography.Text copyable code className="num">
            {t.password}
          </Typography.Text>
          <p>{words.temporaryLead(momentOf(t.until))}</p>
        </>
      }
    />
  );
}
