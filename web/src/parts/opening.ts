/** Rows that open what they are about: a click here, a middle click beside. What can be pressed in a row keeps its own press. */
import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';

const OWN = 'a, button, input, label, summary, [role=checkbox]';

export function useOpening() {
  const navigate = useNavigate();
  return (to: string) => {
    const open = (e: MouseEvent) => {
      if ((e.target as Element).closest(OWN)) return;
      if (e.button === 1 || e.ctrlKey || e.metaKey) window.open(to, '_blank', 'noopener');
      else if (e.button === 0 && !window.getSelection()?.toString()) void navigate(to);
    };
    return { className: 'opens', onClick: open, onAuxClick: open };
  };
}
