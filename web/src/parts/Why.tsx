/** On which article something is asked for: a small word beside its name, that opens the articles below it. */
import { type ReactNode, useId, useState } from 'react';
import { common } from '../text/common';
import { Basis } from './Basis';

/**
 * `children` is what has the name. Who fills in with the tab key passes by on the way down (`passed`) and finds it on
 * the way back from the field.
 */
export function Why({ of, name, passed = false, children }: { of: string[]; name: string; passed?: boolean; children: ReactNode }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  if (of.length === 0) return children;
  return (
    <>
      <span className="named">
        {children}
        <button type="button" className="why" tabIndex={passed ? -1 : undefined} aria-label={`${name}${common.basis}`} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {common.basis}
        </button>
      </span>
      <span id={id} className="because" hidden={!open}>
        {open && <Basis of={of} bare />}
      </span>
    </>
  );
}
