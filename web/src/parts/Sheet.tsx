/** One page image; where it does not come, it says so. */
import { useState } from 'react';
import { reader } from '../text/reader';

export function Sheet({ src, alt }: { src: string; alt: string }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <p className="empty">{reader.failed}</p>;
  return <img className="sheet" src={src} alt={alt} onError={() => setFailed(true)} />;
}
