/** One's own account: the password, and delegating to others for a time. */
import { Delegations } from '../../parts/Delegations';
import { useTitle } from '../../parts/title';
import { account as words, delegation } from '../../text/admin';
import { Delegate } from './Delegate';
import { Password } from './Password';

export function Component() {
  useTitle(words.title);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <section className="block">
        <h2>{delegation.title}</h2>
        <Delegations />
        <Delegate />
      </section>
      <section className="block">
        <h2>{words.password}</h2>
        <Password />
      </section>
    </div>
  );
}
