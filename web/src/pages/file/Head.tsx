/** Who, which offence, which measure, where it stands, which clock runs out first. */
import type { CaseFile } from '../../api/types';
import { Kind } from '../../parts/Due';
import { stagesOf, standing } from '../../parts/stages';
import { common } from '../../text/common';
import { file as words } from '../../text/file';
import { files } from '../../text/files';
import { Left } from './Left';

export function Head({ file, now }: { file: CaseFile; now: string | undefined }) {
  const { row, names, clocks, situation } = file;
  const first = clocks.filter((c) => !c.ended_at && c.breach).toSorted((a, b) => Number(a.suspended) - Number(b.suspended) || a.due_at.localeCompare(b.due_at))[0];
  const of = (field: string) => {
    const found = Object.entries(names.cards)
      .map(([s, card]) => [names.subjects[s] ?? s, card[field]] as const)
      .filter(([, v]) => v);
    return found.length > 1 ? found.map(([who, v]) => `${who} ${v}`).join('；') : found[0]?.[1];
  };
  const stages = [...stagesOf(standing(row.tracks), names.processes).keys()];
  const numbers = situation.instances.flatMap((i) => (i.number ? [i.number] : []));
  return (
    <header className="head">
      <div className="first">
        <h1>{row.title}</h1>
        {numbers.map((n) => (
          <span key={n} className="num">
            {n}
          </span>
        ))}
        {row.closed && <span className="tag tag-good">{files.closed}</span>}
        {row.sealed && <span className="tag tag-soon">{files.sealed}</span>}
        <span className="grow" />
        {first ? (
          <span>
            {first.name} <Kind clock={first.clock} due={first.due_at} now={now} />{' '}
            <Left file={file} clock={first} now={now} />
          </span>
        ) : (
          <span className="soft">{words.noClock}</span>
        )}
      </div>
      <dl className="facts">
        <div>
          <dt>{words.persons}</dt>
          <dd>{Object.values(names.subjects).join('、') || common.none}</dd>
        </div>
        <div>
          <dt>{words.offence}</dt>
          <dd>{of('judged_charge') ?? of('prosecuted_charge') ?? of('charge') ?? names.case.offence ?? common.none}</dd>
        </div>
        <div>
          <dt>{words.measure}</dt>
          <dd>{of('measure') ?? common.none}</dd>
        </div>
        <div>
          <dt>{words.stage}</dt>
          <dd>{stages.join('；') || common.none}</dd>
        </div>
        <div>
          <dt>{words.handlers}</dt>
          <dd>
            {[...new Set(situation.instances.flatMap((i) => i.handlers.map((h) => names.users[h.user] ?? h.user)))].join('、') ||
              words.unassigned}
          </dd>
        </div>
      </dl>
    </header>
  );
}
