/** One's own account: delegating to others for a time, the password, codes, passkeys, where one is signed in. */
import { Delegations } from '../../parts/Delegations';
import { Password } from '../../parts/Password';
import { useTitle } from '../../parts/title';
import { account as words, delegation } from '../../text/admin';
import { Delegate } from './Delegate';
import { Factors } from './Factors';
import { Passkeys } from './Passkeys';
import { Sessions } from './Sessions';

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
      <section className="block">
        <h2>{words.factors}</h2>
        <Factors />
      </section>
      <section className="block">
        <h2>{words.passkeys}</h2>
        <Passkeys />
      </section>
      <section className="block">
        <h2>{words.sessions}</h2>
        <Sessions />
      </section>
    </div>
  );
}
