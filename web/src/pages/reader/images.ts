/**
 * Page images: few widths, so that each is drawn once; the neighbours of a page are fetched and decoded before they are asked for.
 * All of them are fetched as `ahead`: that a page was shown is told when it was (`shown.ts`), and the access log keeps the two apart.
 */

const WIDTHS = [800, 1200, 1600, 2400, 3200];
const WIDEST = 3200;
/** Images that are held ready. */
const KEPT = 24;

export const wanted = (pixels: number) => WIDTHS.find((w) => w >= pixels) ?? WIDEST;
export const address = (file: string, material: string, page: number, width: number) =>
  `/api/files/${file}/materials/${material}/pages/${page}?width=${width}&ahead=true`;
/** As it is printed; asked for because it is to be seen, and logged so. */
export const printed = (file: string, material: string, page: number) => `/api/files/${file}/materials/${material}/pages/${page}?width=1600`;
/** The original, byte by byte. */
export const contentOf = (file: string, material: string) => `/api/files/${file}/materials/${material}/content`;
/** A small picture, which the log knows by its width. */
export const thumbnail = (file: string, material: string, page: number) => `/api/files/${file}/materials/${material}/pages/${page}?width=200`;

interface Kept {
  image: HTMLImageElement;
  /** The pane that had it fetched. */
  by: string;
  /** It is still on its way. */
  coming: boolean;
  /** It is there and decoded, or will never be. */
  done: Promise<void>;
}

const kept = new Map<string, Kept>();

/** An image that the document holds is shown without asking anybody again. */
function ready(src: string, by: string): Promise<void> {
  const known = kept.get(src);
  if (known) {
    kept.delete(src);
    kept.set(src, known);
    return known.done;
  }
  const image = new Image();
  image.src = src;
  const entry: Kept = { image, by, coming: true, done: Promise.resolve() };
  entry.done = image.decode().then(
    () => {
      entry.coming = false;
    },
    () => {
      if (kept.get(src) === entry) kept.delete(src);
    },
  );
  kept.set(src, entry);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return entry.done;
}

/** What a pane has on its way and does not want any more is given up, so that the server draws what is wanted. */
export function only(wanted: string[], by: string): void {
  for (const [src, { image, coming, by: whose }] of kept) {
    if (!coming || whose !== by || wanted.includes(src)) continue;
    kept.delete(src);
    image.src = '';
  }
}

/**
 * Fetches the neighbours of a page, the likeliest first and alone: each has to be drawn on the server, and several at
 * once would make the one that is wanted next wait for the others. What is returned gives up those not begun.
 */
export function ahead(groups: string[][], by: string): () => void {
  let wanted = true;
  void (async () => {
    for (const group of groups) {
      if (!wanted) return;
      await Promise.all(group.map((src) => ready(src, by)));
    }
  })();
  return () => {
    wanted = false;
  };
}
