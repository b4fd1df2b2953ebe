/** From the draft to what is sent. */
import type { ActForm, Card, Input, NewMaterial, ProcessForms, Value } from '../../api/types';
import type { Draft } from './draft';

interface Around {
  act: ActForm;
  forms: ProcessForms;
  known: (field: string, subject?: string) => unknown;
  /** All subjects that the act may concern. */
  subjects: string[];
  today: string;
  unitName: string;
}

const masked = (v: unknown) => typeof v === 'string' && v.includes('*');

function says(m: Draft['materials'][number], a: Around): NewMaterial['says'] {
  const out: { case: Card; subjects: Record<string, Card> } = { case: {}, subjects: {} };
  for (const name of (m.kind && a.forms.documents[m.kind]?.says) || []) {
    const [card, field] = name.split('.');
    if (!card || !field) continue;
    const given = m.says[name];
    if (card === 'case') {
      const v = name in m.says ? given : (a.known(name) as Value | undefined);
      if (v !== undefined && v !== null && !masked(v)) out.case[field] = v;
      continue;
    }
    for (const s of m.about.length > 0 ? m.about : a.subjects) {
      const v = name in m.says ? given : (a.known(name, s) as Value | undefined);
      if (v !== undefined && v !== null && !masked(v)) out.subjects[s] = { ...out.subjects[s], [field]: v };
    }
  }
  return out;
}

/** The input, and the draft's materials in the order in which they are sent. */
export function inputOf(draft: Draft, a: Around): { input: Input; sent: string[] } {
  // A document without its file is not sent; that it is missing is told at its place.
  const ready = draft.materials.filter((m) => m.content && m.kind);
  const materials = ready.map(
    (m): NewMaterial => ({
      kind: m.kind ?? '',
      sm3: m.content?.sm3 ?? '',
      title: m.title ?? null,
      number: m.number ?? null,
      date: m.date ?? a.today,
      responsible: m.responsible ?? a.unitName,
      about: m.about,
      corrects: m.corrects ?? null,
      listed: m.listed?.[0] && m.listed[1] ? [m.listed[0], m.listed[1]] : null,
      says: says(m, a),
    }),
  );
  const fresh = draft.fresh.filter((f) => Object.keys(f).length > 0);
  const filled = Object.fromEntries(Object.entries(draft.subjects).filter(([, card]) => Object.keys(card).length > 0));
  return {
    sent: ready.map((m) => m.id),
    input: {
      case: draft.case,
      subjects: filled,
      new_subjects: fresh,
      materials,
      assign: a.act.assign ? { how: draft.how ?? 'turn', user: draft.how === 'manual' ? (draft.user ?? null) : null } : null,
      to_units: draft.units,
      reason: draft.reason.trim() || null,
    },
  };
}
