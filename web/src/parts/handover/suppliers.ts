/** Which acts supply what is missing: the document, the field, or a correction of a material. */
import type { CaseFile, Finding, ProcessForms } from '../../api/types';

export interface Supplier {
  instance: string;
  action: string;
  name: string;
}

/** The acts that this person may do now and that would help, the closest first. */
export function suppliers(finding: Finding, file: CaseFile, forms: ProcessForms[]): Supplier[] {
  const fields = finding.missing ?? [];
  const place = finding.place ?? '';
  const found: { rank: number; supplier: Supplier }[] = [];
  for (const i of file.instances) {
    const running = file.situation.instances.find((x) => x.id === i.id);
    const known = forms.find((f) => f.process === running?.process && f.library === running?.library);
    if (!known) continue;
    for (const offer of i.offers) {
      const act = known.acts[offer.action];
      if (!act || !offer.mine || offer.subjects.length === 0 || act.answers) continue;
      const rank = fields.some((f) => act.form.includes(f) || (place && act.form.includes(place)))
        ? 0
        : act.issue.includes(place)
          ? 1
          : fields.length === 0 && act.files && act.sends.length === 0
            ? 2 + Number(act.issue.length > 0) + Number(act.form.length > 0)
            : undefined;
      if (rank !== undefined) found.push({ rank, supplier: { instance: i.id, action: offer.action, name: offer.name } });
    }
  }
  return found.toSorted((a, b) => a.rank - b.rank).map((f) => f.supplier);
}
