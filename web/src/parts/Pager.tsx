/** Turning the pages of a long list; which part it is stands in the address as `from`. */
import { Button } from 'antd';
import { files as words } from '../text/files';

interface Props {
  from: number;
  /** Rows that are shown. */
  shown: number;
  total: number;
  /** Rows of a page. */
  size: number;
  go: (from: number) => void;
  range?: (first: number, last: number, total: number) => string;
}

export function Pager({ from, shown, total, size, go, range = words.range }: Props) {
  if (total <= size && from === 0) return null;
  const [first, last] = [from === 0, from + shown >= total];
  return (
    <div className="pager">
      <span className="soft num">{shown > 0 && range(from + 1, from + shown, total)}</span>
      <Button disabled={first} title={first ? words.firstPage : undefined} onClick={() => go(Math.max(0, from - size))}>
        {words.previous}
      </Button>
      <span className="num">{words.page(Math.floor(from / size) + 1, Math.ceil(total / size))}</span>
      <Button disabled={last} title={last ? words.lastPage : undefined} onClick={() => go(from + size)}>
        {words.next}
      </Button>
    </div>
  );
}
