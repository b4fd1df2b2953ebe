/** Requirements that are not met: what, about whom, on which basis. */
import type { Finding, Names } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { common } from '../../text/common';

const TONES: Record<string, string> = { block: 'tag tag-danger', warn: 'tag tag-soon', remind: 'tag' };

export function Findings({ of, names }: { of: Finding[]; names?: Names }) {
  return (
    <ul className="checks">
      {of.map((f, i) => (
        <li key={`${f.requirement}${f.subject ?? ''}${f.place ?? ''}${i}`}>
          <span className={TONES[f.severity] ?? 'tag'}>{common.severity[f.severity] ?? f.severity}</span>{' '}
          {f.subject && names && Object.keys(names.subjects).length > 1 && <b>{names.subjects[f.subject]}　</b>}
          {f.text} <Basis of={f.basis} />
        </li>
      ))}
    </ul>
  );
}
