/** What the pages read, one hook a thing. Live updates invalidate by the first part of the key. */
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { api, take } from './client';
import type { paths } from './schema';
import type { Rehearsed } from './types';

/** A definition changes only with the library. */
const DEFINITION = { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY };

export const session = queryOptions({ queryKey: ['session'], queryFn: () => take(api.GET('/api/session')), retry: false, staleTime: 60_000 });

export const useSession = () => useQuery(session);

export const useWays = () => useQuery({ queryKey: ['ways'], queryFn: () => take(api.GET('/api/session/ways')), ...DEFINITION });

export const useSessions = () => useQuery({ queryKey: ['sessions'], queryFn: () => take(api.GET('/api/sessions')) });

export const useFactors = () => useQuery({ queryKey: ['factors'], queryFn: () => take(api.GET('/api/session/factors')) });

export const usePasskeys = () => useQuery({ queryKey: ['passkeys'], queryFn: () => take(api.GET('/api/session/passkeys')) });

export const useTodos = () => useQuery({ queryKey: ['todos'], queryFn: () => take(api.GET('/api/todos')) });

export type DeadlinesWanted = NonNullable<paths['/api/deadlines']['get']['parameters']['query']>;

export const useDeadlines = (wanted: DeadlinesWanted) =>
  useQuery({
    queryKey: ['deadlines', wanted],
    queryFn: () => take(api.GET('/api/deadlines', { params: { query: wanted } })),
    placeholderData: (before) => before,
  });

export const useDeadlineDays = (from: string, to: string) =>
  useQuery({
    queryKey: ['deadlines', 'days', from, to],
    queryFn: () => take(api.GET('/api/deadlines/days', { params: { query: { from, to } } })),
    placeholderData: (before) => before,
  });

export const useDesk = () => useQuery({ queryKey: ['desk'], queryFn: () => take(api.GET('/api/desk')) });

export const useViews = () => useQuery({ queryKey: ['views'], queryFn: () => take(api.GET('/api/views')) });

/** Exports of one's own; asked again while one of them is being made. */
export const useExports = () =>
  useQuery({
    queryKey: ['exports'],
    queryFn: () => take(api.GET('/api/exports')),
    refetchInterval: (query) => (query.state.data?.some((e) => e.state === 'making') ? 1_000 : false),
  });

export const useListForms = () =>
  useQuery({ queryKey: ['list-forms'], queryFn: () => take(api.GET('/api/library/lists')), ...DEFINITION });

export const useNotices = () => useQuery({ queryKey: ['notices'], queryFn: () => take(api.GET('/api/notices')) });

export const useClock = () =>
  useQuery({ queryKey: ['clock'], queryFn: () => take(api.GET('/api/clock')), refetchInterval: 30_000 });

export type ListWanted = NonNullable<paths['/api/files']['get']['parameters']['query']>;

export const useFiles = (wanted: ListWanted) =>
  useQuery({
    queryKey: ['files', wanted],
    queryFn: () => take(api.GET('/api/files', { params: { query: wanted } })),
    placeholderData: (before) => before,
  });

/** Cases offered while one types; a question that nobody waits for any more is given up. */
export const useSuggestions = (text: string, enabled: boolean) =>
  useQuery({
    queryKey: ['files', 'suggested', text],
    queryFn: ({ signal }) => take(api.GET('/api/files', { params: { query: { text, limit: 8 } }, signal })),
    enabled,
    placeholderData: (before) => before,
  });

/** Rows of one answer at most. */
const ROWS = 200;

/** All rows of a question, up to so many: the first answer says how many there are, the others are asked for together. */
export function useAllFiles(wanted: ListWanted, most: number) {
  const first = useFiles({ ...wanted, limit: ROWS });
  const { data } = first;
  const total = Math.min(data?.total ?? 0, most);
  const rest = useQueries({
    queries: Array.from({ length: Math.max(0, Math.ceil(total / ROWS) - 1) }, (_, n) => ({
      queryKey: ['files', { ...wanted, limit: ROWS, offset: (n + 1) * ROWS }],
      queryFn: () => take(api.GET('/api/files', { params: { query: { ...wanted, limit: ROWS, offset: (n + 1) * ROWS } } })),
    })),
  });
  const failed = rest.find((r) => r.error);
  return { first, failed, data, wanted: total, rows: [...(data?.items ?? []), ...rest.flatMap((r) => r.data?.items ?? [])].slice(0, most) };
}

export const useFile = (file: string | undefined) =>
  useQuery({
    queryKey: ['file', file],
    queryFn: () => take(api.GET('/api/files/{file}', { params: { path: { file: file ?? '' } } })),
    enabled: file !== undefined,
    placeholderData: (before) => (before?.row.id === file ? before : undefined),
  });

export const useEvents = (file: string) =>
  useQuery({
    queryKey: ['file', file, 'events'],
    queryFn: () => take(api.GET('/api/files/{file}/events', { params: { path: { file } } })),
  });

export const useLibrary = () =>
  useQuery({ queryKey: ['library'], queryFn: () => take(api.GET('/api/library')), ...DEFINITION });

const forms = (process: string | undefined, library?: string) => ({
  queryKey: ['forms', process, library],
  queryFn: () => take(api.GET('/api/library/processes/{process}/forms', { params: { path: { process: process ?? '' }, query: { library } } })),
  enabled: process !== undefined,
  ...DEFINITION,
});

/** The forms of a process: of the version to which a running one is pinned, else of the active one. */
export const useForms = (process: string | undefined, library?: string) => useQuery(forms(process, library));

/** The forms of running processes, as far as they are there; `pending` while others may still come. */
export const useFormsOf = (instances: { process: string; library: string }[]) => {
  const once = new Map(instances.map((i) => [`${i.process} ${i.library}`, i]));
  return useQueries({
    queries: [...once.values()].map((i) => forms(i.process, i.library)),
    combine: (all) => ({ data: all.flatMap((q) => (q.data ? [q.data] : [])), pending: all.some((q) => q.isPending) }),
  });
};

export interface HandoversWanted {
  side: 'received' | 'sent';
  answered: boolean;
  late: boolean;
  text?: string;
  limit: number;
  offset: number;
}

export const useHandovers = (wanted: HandoversWanted) =>
  useQuery({
    queryKey: ['handovers', wanted],
    queryFn: () => take(api.GET('/api/handovers', { params: { query: wanted } })),
    placeholderData: (before) => before,
  });

/** What a message carried, with its receipts. */
export const useManifest = (file: string, message: string) =>
  useQuery({
    queryKey: ['file', file, 'manifest', message],
    queryFn: () => take(api.GET('/api/files/{file}/messages/{message}/manifest', { params: { path: { file, message } } })),
  });

/** Which of these contents this person has brought in and may still file; asked once for each opening of a form. */
export const useBrought = (sm3: string[]) =>
  useQuery({
    queryKey: ['brought', ...sm3],
    queryFn: () => take(api.POST('/api/contents/brought', { body: { sm3 } })),
    enabled: sm3.length > 0,
    staleTime: 0,
    gcTime: 0,
  });

/** To whom a case may be given, who is next in turn first. */
export const useRoster = (unit: string, role: string) =>
  useQuery({
    queryKey: ['roster', unit, role],
    queryFn: () => take(api.GET('/api/units/{unit}/roster', { params: { path: { unit }, query: { role } } })),
  });

export const useDelegations = (unit?: string) =>
  useQuery({
    queryKey: ['delegations', unit],
    queryFn: () => take(api.GET('/api/delegations', { params: { query: { unit } } })),
  });

/** What an act would do, by its draft. */
export const useRehearsal = (key: string[], ask: () => Promise<Rehearsed>, enabled: boolean) =>
  useQuery({ queryKey: ['rehearsal', ...key], queryFn: ask, enabled, staleTime: 0, gcTime: 60_000, retry: false });

const table = (name: string | null | undefined) => ({
  queryKey: ['table', name],
  queryFn: () => take(api.GET('/api/library/tables/{table}', { params: { path: { table: name ?? '' } } })),
  enabled: !!name,
  ...DEFINITION,
});

export const useTable = (name: string | null | undefined) => useQuery(table(name));

/** The rows of some tables, by the table. */
export const useTables = (names: string[]) =>
  useQueries({
    queries: names.map(table),
    combine: (all) => Object.fromEntries(names.map((name, n) => [name, all[n]?.data?.rows ?? []])),
  });

const page = (process: string | undefined, library: string | undefined) => ({
  queryKey: ['process', process, library],
  queryFn: () => take(api.GET('/api/library/processes/{process}/page', { params: { path: { process: process ?? '' }, query: { library } } })),
  enabled: process !== undefined,
  ...DEFINITION,
});

/** A process as a page that a lawyer reads: of a version of the library, or as it is in force. */
export const useProcess = (process: string | undefined, library?: string) => useQuery(page(process, library));

export const useStatutes = () =>
  useQuery({ queryKey: ['statutes'], queryFn: () => take(api.GET('/api/library/articles')), ...DEFINITION });

export const useArticle = (article: string) =>
  useQuery({
    queryKey: ['article', article],
    queryFn: () => take(api.GET('/api/library/articles/{article}', { params: { path: { article } } })),
    ...DEFINITION,
  });

export const useTracks = (file: string) =>
  useQuery({
    queryKey: ['file', file, 'tracks'],
    queryFn: () => take(api.GET('/api/files/{file}/tracks', { params: { path: { file } } })),
  });

export const useSpans = (file: string) =>
  useQuery({
    queryKey: ['file', file, 'spans'],
    queryFn: () => take(api.GET('/api/files/{file}/deadlines', { params: { path: { file } } })),
  });

/** Computed anew by the server at each reading. */
export const useProof = (file: string, contents: boolean, enabled = true) =>
  useQuery({
    queryKey: ['file', file, 'proof', contents],
    // Contents take long: whoever waits no more says so.
    queryFn: ({ signal }) => take(api.GET('/api/files/{file}/proof', { params: { path: { file }, query: { contents } }, signal })),
    enabled,
  });

/** People of a unit who may be let into a file, or kept out. */
export const useCandidates = (file: string, unit: string | undefined) =>
  useQuery({
    queryKey: ['candidates', file, unit],
    queryFn: () => take(api.GET('/api/files/{file}/candidates', { params: { path: { file }, query: { unit: unit ?? '' } } })),
    enabled: unit !== undefined,
    staleTime: 600_000,
  });

export const useAccessLog = (file: string) =>
  useQuery({
    queryKey: ['file', file, 'log'],
    queryFn: () => take(api.GET('/api/files/{file}/access-log', { params: { path: { file }, query: { limit: 1000 } } })),
  });

/** The bookmarks that a document brings with it. */
export const useOutline = (file: string, material: string, enabled: boolean) =>
  useQuery({
    queryKey: ['outline', file, material],
    queryFn: () => take(api.GET('/api/files/{file}/materials/{material}/outline', { params: { path: { file, material } } })),
    enabled,
    ...DEFINITION,
  });

export const useUnits = (enabled = true) =>
  useQuery({ queryKey: ['units'], queryFn: () => take(api.GET('/api/units')), enabled, staleTime: 600_000 });

export const useMembers = (unit: string | undefined) =>
  useQuery({
    queryKey: ['members', unit],
    queryFn: () => take(api.GET('/api/units/{unit}/users', { params: { path: { unit: unit ?? '' } } })),
    enabled: unit !== undefined,
    staleTime: 600_000,
  });

/** Who changed accounts, roles and delegations of a unit. */
export const useAudit = (unit: string, offset: number, limit: number) =>
  useQuery({
    queryKey: ['audit', unit, offset],
    queryFn: () => take(api.GET('/api/units/{unit}/audit', { params: { path: { unit }, query: { offset, limit } } })),
    placeholderData: (before) => before,
    staleTime: 0,
  });

export const useReturned = () =>
  useQuery({ queryKey: ['returned'], queryFn: () => take(api.GET('/api/returned')) });

export const useNotes = (file: string, enabled = true) =>
  useQuery({
    queryKey: ['file', file, 'notes'],
    queryFn: () => take(api.GET('/api/files/{file}/notes', { params: { path: { file } } })),
    enabled,
  });

export const useSearch = (file: string, q: string) =>
  useQuery({
    queryKey: ['search', file, q],
    queryFn: () => take(api.GET('/api/files/{file}/search', { params: { path: { file }, query: { q } } })),
    enabled: q !== '',
    placeholderData: (before) => before,
  });

/** The text of a page never changes: a material keeps its content. */
export const usePageText = (file: string, material: string, page: number, enabled: boolean) =>
  useQuery({
    queryKey: ['page-text', file, material, page],
    queryFn: () =>
      take(api.GET('/api/files/{file}/materials/{material}/pages/{page}/text', { params: { path: { file, material, page } } })),
    enabled,
    ...DEFINITION,
    gcTime: 300_000,
  });
