/** Page images: few widths, so that each is drawn once; the neighbours of a page are fetched and decoded before they are asked for. */

const WIDTHS = [800, 1200, 1600, 2400, 3200];
const WIDEST = 3200;
/** Images that are held ready. */
const KEPT = 24;

export const wanted = (pixels: number) => WIDTHS.find((w) => w >= pixels) ?? WIDEST;
export const address = (file: string, material: string, page: number, width: number) =>
  `/api/files/${file}/materials/${material}/pages/${page}?width=${width}`;

const kept = new Map<string, HTMLImageElement>();

/** An image that the document holds is shown without asking anybody again. */
export function ready(src: string): void {
  const image = kept.get(src) ?? new Image();
  kept.delete(src);
  kept.set(src, image);
  if (!image.src) {
    image.src = src;
    image.decode().catch(() => kept.delete(src));
  }
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}
