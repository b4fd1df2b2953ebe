/** What proves the file and its hand-overs, computed anew by the server. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useProof } from '../../api/queries';
import type { CaseFile, FileProof, MessageProved } from '../../api/types';
import { Failed } from '../../parts/States';
import { sizeOf } from '../../parts/time';
import { file as all } from '../../text/file';

const words = all.proof;
const flow = all.flow;

export function ProofBar({ file: of }: { file: CaseFile }) {
  const file = of.row.id;
  const { materials } = of.situation;
  const client = useQueryClient();
  const [deep, setDeep] = useState(false);
  const shallow = useProof(file, false);
  const whole = useProof(file, true, deep);
  const read = deep ? whole : shallow;
  const proof = whole.data ?? shallow.data;
  const stop = () => {
    setDeep(false);
    void client.cancelQueries({ queryKey: ['file', file, 'proof', true] });
  };
  if (read.error) return <Failed error={read.error} again={() => void read.refetch()} />;
  if (!proof) return <p className="proof-bar soft">{words.verifying}…</p>;
  return (
    <div className="proof-bar" role="status">
      {proof.defects.length === 0 ? <span className="tag tag-good">✓ {words.whole}</span> : <span className="tag tag-danger">■ {words.broken(proof.defects.length)}</span>}
      <span className="grow">
        {words.events(proof.events)}
        {proof.contents != null && `；${words.contentsDone(proof.contents, sizeOf(proof.bytes ?? 0))}`}
        <span className="soft head-line">
          {words.head} <code>{proof.head}</code>
        </span>
      </span>
      {proof.contents == null &&
        (deep ? (
          <>
            <span className="soft">{words.computing(materials.length, sizeOf(materials.reduce((n, m) => n + m.bytes, 0)))}</span>
            <Button size="small" onClick={stop}>
              {words.stop}
            </Button>
          </>
        ) : (
          <Button size="small" onClick={() => setDeep(true)}>
            {words.contents}
          </Button>
        ))}
      <Defects of={proof} />
    </div>
  );
}

function Defects({ of }: { of: FileProof }) {
  if (of.defects.length === 0) return null;
  return (
    <ul className="reasons">
      {of.defects.map((d, i) => (
        <li key={`${d.place}${i}`}>
          <b>{words.kinds[d.kind] ?? d.kind}</b> {d.text} <code>{d.place}</code>
        </li>
      ))}
    </ul>
  );
}

/** Folded: whether the digests agree. Open: the digests themselves. */
export function MessageProof({ of: p }: { of: MessageProved | undefined }) {
  if (!p) return null;
  const state =
    p.agrees == null ? <span className="tag">{flow.elsewhere}</span> : p.agrees ? <span className="tag tag-good">✓ {flow.agrees}</span> : <span className="tag tag-danger">■ {flow.differs}</span>;
  const lines: [string, string][] = [
    [flow.sm3, p.sm3],
    [flow.sha256, p.sha256 ?? ''],
    [flow.carried, p.materials == null ? '' : p.materials === 0 ? flow.noneCarried : flow.carriedText(p.materials, p.pages ?? 0, sizeOf(p.bytes ?? 0))],
    [flow.arrival, p.receipt ?? ''],
    [flow.message, p.message],
  ];
  return (
    <details className="proof">
      <summary>
        {state} <span className="soft">{flow.proof}</span>
      </summary>
      <dl>
        {lines
          .filter(([, v]) => v !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
      </dl>
      <p className="soft">{flow.means}</p>
    </details>
  );
}
