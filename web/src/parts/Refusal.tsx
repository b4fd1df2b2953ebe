/** A problem document: what is wrong, where, on which basis, what to do; the identifier small and to copy. */
import { Alert, Button } from 'antd';
import type { Problem, Reason } from '../api/problem';
import { useLibrary } from '../api/queries';
import { Basis } from './Basis';
import { common } from '../text/common';

/** By what a reason is known in returns and reports: those for which a hand-over is returned are numbers, with a name. */
export function Code({ of }: { of: string }) {
  return /^\d/.test(of) ? <ReturnCode of={of} /> : <code className="code">{common.code(of)}</code>;
}

function ReturnCode({ of }: { of: string }) {
  const name = useLibrary().data?.return_codes[of];
  return <code className="code">{common.returnCode(of, name)}</code>;
}

export function Reasons({ of }: { of: Reason[] }) {
  return (
    <ul className="reasons">
      {of.map((r, i) => (
        <li key={`${r.requirement ?? ''}${r.place ?? ''}${i}`}>
          {r.text} <Basis of={r.basis} /> {r.code && <Code of={r.code} />}
        </li>
      ))}
    </ul>
  );
}

export function Refusal({ problem, reasons }: { problem: Problem; reasons?: Reason[] }) {
  const shown = reasons ?? problem.reasons;
  return (
    <Alert
      type="error"
      showIcon
      className="refusal"
      title={problem.title}
      description={
        <>
          {shown.length > 0 ? <Reasons of={shown} /> : <p>{problem.detail}</p>}
          {problem.instance && (
            <small className="request">
              {common.request} <code>{problem.instance}</code>
              <Button type="link" size="small" onClick={() => void navigator.clipboard.writeText(problem.instance)}>
                {common.copy}
              </Button>
            </small>
          )}
        </>
      }
    />
  );
}
