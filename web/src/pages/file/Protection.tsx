/** Who else may see the case, and the acts that change it, as the library defines them. */
import { Button } from 'antd';
import { useState } from 'react';
import type { CaseFile, Change } from '../../api/types';
import { momentOf } from '../../parts/time';
import { common } from '../../text/common';
import { file as all } from '../../text/file';
import { files } from '../../text/files';
import { ProtectDialog } from './ProtectDialog';
import './case.css';

const words = all.protect;

export function Protection({ file, protection: p, now }: { file: CaseFile; protection: NonNullable<CaseFile['protection']>; now: string | undefined }) {
  const [open, setOpen] = useState<Change>();
  const live = p.grants.filter((g) => g.in_force);
  return (
    <details className="block folded protect">
      <summary>
        {words.title}　{words.gradeNow(common.grades[file.row.grade] ?? String(file.row.grade))}
        {file.row.sealed && `　${files.sealed}`}
        {live.length > 0 && `　${words.grants} ${live.length}`}
        {p.barred.length > 0 && `　${words.barred} ${p.barred.length}`}
      </summary>
      <div className="acts">
        {p.offers.map((o) => (
          <Button key={o.change} onClick={() => setOpen(o)}>
            {o.name}
          </Button>
        ))}
      </div>
      <dl className="pairs">
        <div className="wide">
          <dt>{words.grants}</dt>
          <dd>
            {p.grants.length === 0 && <span className="soft">{words.noGrants}</span>}
            {p.grants.map((g) => (
              <div key={g.user + g.from} className="grant">
                {g.name} <span className="num soft">{words.period(momentOf(g.from), momentOf(g.to))}</span>
                <span className={g.in_force ? 'tag tag-good' : 'tag'}>{g.in_force ? words.inForce : words.over}</span>
              </div>
            ))}
          </dd>
        </div>
        {p.barred.length > 0 && (
          <div className="wide">
            <dt>{words.barred}</dt>
            <dd>{p.barred.map((b) => b.name).join('、')}</dd>
          </div>
        )}
      </dl>
      {open && <ProtectDialog file={file} protection={p} change={open} now={now} close={() => setOpen(undefined)} />}
    </details>
  );
}
