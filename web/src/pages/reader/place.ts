/** Where the reader is. All of it stands in the address, so that a place can be sent to a colleague. */
import { useCallback, useMemo } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import type { Area, Material } from '../../api/types';
import { narrow, useMatches } from '../../parts/screen';

export interface Place {
  material: string;
  page: number;
}

export const PANELS = ['catalogue', 'thumbs', 'search', 'notes'] as const;
export type PanelName = (typeof PANELS)[number];

export interface Where {
  main: Place;
  side?: Place;
  /** None when it is folded away. */
  panel?: PanelName;
  q: string;
  /** Second of a recording. */
  at?: number;
}

/** A part of a page that is chosen: to be marked, quoted, or written about. */
export interface Picked extends Place {
  quote: string;
  areas: Area[];
}

const NONE = 'none';

function within(materials: Material[], id: string | undefined, page: number): Place | undefined {
  const m = materials.find((x) => x.id === id);
  return m && { material: m.id, page: Math.min(Math.max(1, Math.floor(page) || 1), Math.max(1, m.pages)) };
}

/** The place, and how one goes elsewhere; nothing where the dossier has no material. */
export function useWhere(file: string, materials: Material[]): { where: Where | undefined; go: (change: Partial<Where>) => void } {
  const { material, page } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  // On a narrow screen the panel lies over the page.
  const small = useMatches(narrow);
  const where = useMemo((): Where | undefined => {
    const main = within(materials, material, Number(page)) ?? within(materials, materials[0]?.id, 1);
    if (!main) return undefined;
    const asked = params.get('panel');
    const panel = asked === NONE ? undefined : (PANELS.find((p) => p === asked) ?? (small ? undefined : 'catalogue'));
    const [id, n] = params.get('side')?.split('.') ?? [];
    const at = Number(params.get('t'));
    return { main, side: within(materials, id, Number(n)), panel, q: params.get('q') ?? '', at: at > 0 ? at : undefined };
  }, [materials, material, page, params, small]);
  const go = useCallback(
    (change: Partial<Where>) => {
      if (!where) return;
      const to = { ...where, ...change };
      const query = new URLSearchParams();
      if (to.side) query.set('side', `${to.side.material}.${to.side.page}`);
      if ('panel' in change || params.has('panel')) query.set('panel', to.panel ?? NONE);
      if (to.q) query.set('q', to.q);
      // A moment holds for the material that was opened at it.
      if (change.at !== undefined) query.set('t', String(change.at));
      const text = query.toString();
      void navigate(`/files/${file}/read/${to.main.material}/${to.main.page}${text ? `?${text}` : ''}`, { replace: true, flushSync: true });
    },
    [where, params, navigate, file],
  );
  return { where, go };
}
