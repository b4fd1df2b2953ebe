import { useState } from 'react';
import { Refusal } from '../parts/Refusal';
import { common } from '../text/common';
import { frame } from '../text/frame';
import { CodeAfter } from './ByProvider';
import { request, said } from './returning';
import { SignInForm } from './SignInForm';

export function SignInPage({ done }: { done: () => void }) {
  const [why, setWhy] = useState(said);
  return (
    <main className="entry">
      <section>
        <h1>{common.product}</h1>
        <p className="tagline">{common.tagline}</p>
        {why === 'code' ? (
          <CodeAfter done={done} instead={() => setWhy(undefined)} />
        ) : (
          <>
            {why && <Refusal problem={{ ...frame.notIn[why], kind: why, status: 401, reasons: [], instance: request() }} />}
            <SignInForm done={done} />
            <p className="soft">{frame.signInLead}</p>
          </>
        )}
      </section>
    </main>
  );
}
