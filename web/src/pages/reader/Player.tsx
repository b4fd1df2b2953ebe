/** A film or a recording, with the moments that were marked. */
import { type RefObject, useEffect } from 'react';
import { Button } from 'antd';
import type { Material, Note } from '../../api/types';
import { clockOf } from '../../parts/cite';
import { Recording } from '../../parts/Recording';
import { notes as words } from '../../text/reader';

interface Props {
  src: string;
  m: Material;
  at: number | undefined;
  marks: Note[];
  player: RefObject<HTMLMediaElement | null>;
  markTime: () => void;
  /** An excerpt of what is heard at this moment. */
  excerpt: () => void;
}

export function Player({ src, m, at, marks, player, markTime, excerpt }: Props) {
  const jump = (seconds: number) => {
    if (player.current) player.current.currentTime = seconds;
  };
  useEffect(() => {
    const media = player.current;
    if (!media || at === undefined) return;
    const go = () => {
      media.currentTime = at;
    };
    if (media.readyState >= HTMLMediaElement.HAVE_METADATA) return go();
    media.addEventListener('loadedmetadata', go, { once: true });
    return () => media.removeEventListener('loadedmetadata', go);
  }, [at, player, m.id]);
  const times = marks.filter((n) => n.at_ms != null).sort((a, b) => (a.at_ms ?? 0) - (b.at_ms ?? 0));
  return (
    <div className="player">
      <Recording key={m.id} src={src} m={m} player={player} />
      <div className="times">
        <Button size="small" onClick={markTime}>
          {words.markTime}
        </Button>
        <Button size="small" onClick={excerpt}>
          {words.excerptTime}
        </Button>
        {times.map((n) => {
          const said = n.text || n.quote || (words.kinds[n.kind] ?? n.kind);
          return (
            <Button key={n.id} size="small" type="text" onClick={() => jump((n.at_ms ?? 0) / 1000)} aria-label={`${words.jump(clockOf(n.at_ms ?? 0))} ${said}`}>
              <span className="num">{clockOf(n.at_ms ?? 0)}</span> {said}
            </Button>
          );
        })}
      </div>
    </div>
  );
}
