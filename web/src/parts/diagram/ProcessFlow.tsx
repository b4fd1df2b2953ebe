/** Diagram and table of one process together; a chosen stage shows what can be done in it. */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'antd';
import type { ProcessPage } from '../../api/types';
import { flow as words } from '../../text/flow';
import { Diagram, type Standing } from './Diagram';
import { Stages } from './Stages';

export function ProcessFlow({ process, standing }: { process: ProcessPage; standing?: Standing }) {
  const [chosen, choose] = useState<string>();
  const root = useRef<HTMLDivElement>(null);
  // The chosen stage is never behind what is said of it.
  useEffect(() => {
    if (chosen === undefined) return;
    const box = root.current?.querySelector(`[data-state="${CSS.escape(chosen)}"]`);
    const told = root.current?.querySelector('.of-chosen');
    if (box && told && box.getBoundingClientRect().bottom > told.getBoundingClientRect().top) box.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [chosen]);
  return (
    <div ref={root}>
      <p className="key soft">
        {standing && (
          <>
            <span>
              <span className="sample present-sample">●</span> {words.keyHere}
            </span>
            <span>
              <span className="sample passed-sample">✓</span> {words.keyPassed}
            </span>
          </>
        )}
        <span>
          <span className="sample line-act" /> {words.keyAct}
        </span>
        <span>
          <span className="sample line-arrival" /> {words.keyArrival}
        </span>
        <span>
          <span className="sample end-sample" /> {words.end}
        </span>
        <span>{words.keyHow}</span>
      </p>
      <Diagram process={process} standing={standing} chosen={chosen} choose={choose} />
      <details className={chosen === undefined ? 'as-words' : 'as-words of-chosen'} open={chosen !== undefined}>
        <summary>{chosen === undefined ? words.asTable : words.stage(process.states.find((s) => s.id === chosen)?.name ?? '')}</summary>
        {chosen !== undefined && (
          <Button size="small" onClick={() => choose(undefined)}>
            {words.all}
          </Button>
        )}
        <Stages process={process} standing={standing} only={chosen} />
      </details>
    </div>
  );
}

export default ProcessFlow;
