/** A film or a recording; what cannot be played says why, and offers the original. */
import { Button } from 'antd';
import { type RefObject, useState } from 'react';
import type { Material } from '../api/types';
import { reader as words } from '../text/reader';

interface Props {
  src: string;
  m: Material;
  player?: RefObject<HTMLMediaElement | null>;
}

export function Recording({ src, m, player }: Props) {
  const [failed, setFailed] = useState<number>();
  const shared = {
    src,
    controls: true,
    preload: 'metadata' as const,
    'aria-label': m.title,
    ref: (e: HTMLMediaElement | null) => {
      if (player) player.current = e;
    },
    onError: (e: { currentTarget: HTMLMediaElement }) => setFailed(e.currentTarget.error?.code ?? 0),
  };
  if (failed !== undefined) {
    return (
      <div className="empty" role="alert">
        <p className="pad-b">{failed === MediaError.MEDIA_ERR_NETWORK ? words.playBroken : words.playUnknown}</p>
        <div className="row">
          <Button onClick={() => setFailed(undefined)}>{words.playAgain}</Button>
          <Button href={src} download>
            {words.download}
          </Button>
        </div>
      </div>
    );
  }
  return m.media.startsWith('video/') ? <video {...shared} /> : <audio {...shared} />;
}
