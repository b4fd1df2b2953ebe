/** The draft that a proposal was made from, so that what came back can be corrected instead of typed again. */
import type { ActForm, Card, NewMaterial, ProcessForms, Proposal } from '../../api/types';
import { type Draft, type DraftMaterial, emptyDraft, newMaterial } from './draft';

/** What came masked is not known here and must be typed again. */
const whole = (v: unknown): boolean => typeof v !== 'string' || !v.includes('*');
const cardOf = (c: unknown): Card => Object.fromEntries(Object.entries((c ?? {}) as Card).filter(([, v]) => whole(v)));

/** The index entry, by `card.field`; what differs from person to person is taken from the cards again. */
function says(m: NewMaterial, subject: string): Card {
  const out: Card = {};
  for (const [field, v] of Object.entries(cardOf(m.says?.case))) out[`case.${field}`] = v;
  const cards = Object.values(m.says?.subjects ?? {}).map(cardOf);
  for (const [field, v] of Object.entries(cards[0] ?? {})) {
    if (cards.every((c) => JSON.stringify(c[field]) === JSON.stringify(v))) out[`${subject}.${field}`] = v;
  }
  return out;
}

function material(m: NewMaterial, issued: boolean, forms: ProcessForms): DraftMaterial {
  const of = m.measured;
  return newMaterial({
    kind: m.kind,
    issued,
    name: m.title ?? forms.documents[m.kind]?.name,
    content: of ? { sm3: m.sm3, bytes: of.bytes, media: of.media, pages: of.pages, faults: [], flaws: [] } : undefined,
    title: m.title ?? undefined,
    number: m.number ?? undefined,
    date: m.date ?? undefined,
    responsible: m.responsible ?? undefined,
    corrects: m.corrects ?? undefined,
    listed: m.listed?.length === 2 ? [m.listed[0], m.listed[1]] : undefined,
    about: m.about ?? [],
    says: says(m, forms.subject),
  });
}

export function draftOf(p: Proposal, act: ActForm, forms: ProcessForms): Draft {
  const { input } = p;
  const empty = emptyDraft(act.issue, false);
  const rest = [...(input.materials ?? [])];
  // Each document that must be issued takes the first of its kind.
  const issued = empty.materials.map((slot) => {
    const at = rest.findIndex((m) => m.kind === slot.kind);
    const [given] = at < 0 ? [] : rest.splice(at, 1);
    return given ? material(given, true, forms) : slot;
  });
  return {
    ...empty,
    case: cardOf(input.case),
    subjects: Object.fromEntries(Object.entries(input.subjects ?? {}).map(([s, card]) => [s, cardOf(card)])),
    fresh: (input.new_subjects ?? []).map(cardOf),
    materials: [...issued, ...rest.map((m) => material(m, false, forms))],
    how: input.assign?.how,
    user: input.assign?.user ?? undefined,
    units: input.to_units ?? {},
    reason: input.reason ?? '',
    chosen: p.subjects,
  };
}
