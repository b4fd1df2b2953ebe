/** Whose password an administrator set chooses one of his own before anything else. */
import type { User } from '../api/types';
import { Password } from '../parts/Password';
import { account as words } from '../text/admin';
import { common } from '../text/common';
import { SignOut } from './SignOut';

export default function OwnPassword({ user, done }: { user: User; done: () => void }) {
  return (
    <main className="entry">
      <section>
        <h1>{common.product}</h1>
        <h2>{words.chooseOwn}</h2>
        <p>{words.chooseOwnLead(user.name)}</p>
        <Password old={words.temporary} done={done} />
        <SignOut />
      </section>
    </main>
  );
}
