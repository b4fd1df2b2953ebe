import { common } from '../text/common';
import { frame } from '../text/frame';
import { SignInForm } from './SignInForm';

export function SignInPage({ done }: { done: () => void }) {
  return (
    <main className="entry">
      <section>
        <h1>{common.product}</h1>
        <p className="tagline">{common.tagline}</p>
        <SignInForm done={done} />
        <p className="soft">{frame.signInLead}</p>
      </section>
    </main>
  );
}
