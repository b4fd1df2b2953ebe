/** Whose role asks for one-time codes or a passkey sets one of them up before anything else. */
import type { User } from '../api/types';
import { Factors } from '../pages/account/Factors';
import { Passkeys } from '../pages/account/Passkeys';
import { account as words } from '../text/admin';
import { common } from '../text/common';
import { SignOut } from './SignOut';

export default function OwnCodes({ user }: { user: User }) {
  return (
    <main className="entry">
      <section>
        <h1>{common.product}</h1>
        <h2>{words.needCodes}</h2>
        <p>{words.needCodesLead(user.name)}</p>
        <h3>{words.factors}</h3>
        <Factors />
        <h3>{words.passkeys}</h3>
        <Passkeys />
        <SignOut />
      </section>
    </main>
  );
}
