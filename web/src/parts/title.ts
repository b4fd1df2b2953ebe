import { useEffect } from 'react';
import { common } from '../text/common';

/** Names the page in the browser's tab. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · ${common.product}` : common.product;
  }, [title]);
}
