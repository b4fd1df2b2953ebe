/** Where a reason belongs in the form: the places of the interface, turned into those of the draft. */
import type { Reason } from '../../api/problem';
import type { Draft } from './draft';

export type Faults = Map<string, Reason[]>;

/** The reasons by place, and those that belong nowhere in this form. `sent` are the materials in the order sent. */
export function placed(reasons: Reason[], draft: Draft, sent: string[], subjects: string[], form: string[]) {
  const faults: Faults = new Map();
  const rest: Reason[] = [];
  const put = (at: string, r: Reason) => faults.set(at, [...(faults.get(at) ?? []), r]);
  for (const r of reasons) {
    const at = (r.place ?? '').split('.');
    const [head, second, ...tail] = at;
    if (head === 'materials' && second !== undefined) {
      const id = /^\d+$/.test(second) ? sent[Number(second)] : draft.materials.find((m) => m.kind === second)?.id;
      if (id) put(`m.${id}.${tail[0] ?? 'sm3'}`, r);
      else rest.push(r);
    } else if (head === 'new_subjects' && second !== undefined && tail[0]) put(`fresh.${second}.${tail[0]}`, r);
    else if (head === 'subjects' && second !== undefined) put(`subjects.${second}.${tail[0] ?? ''}`, r);
    else if (head === 'reason' || head === 'assign' || head === 'to_units') put(head, r);
    else if (head === 'case' && second && form.includes(`case.${second}`)) put(`case.${second}`, r);
    else if (second && form.includes(`${head}.${second}`)) for (const s of subjects) put(`subjects.${s}.${second}`, r);
    else rest.push(r);
  }
  return { faults, rest };
}
