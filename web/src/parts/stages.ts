/** Where the tracks of a case stand, as one line a stage. */
import { useLibrary } from '../api/queries';
import type { ListItem } from '../api/types';
import { file as words } from '../text/file';

type Track = ListItem['tracks'][number];

export function useProcessNames(): Record<string, string> {
  return Object.fromEntries((useLibrary().data?.processes ?? []).map((p) => [p.id, p.name]));
}

/** What runs; of a case in which nothing does, what has ended. */
export function standing(tracks: Track[]): Track[] {
  const running = tracks.filter((t) => !t.ended);
  return running.length > 0 ? running : tracks;
}

/** Stages, each with the names of those who stand there; beside another process, with the process's name. */
export function stagesOf(tracks: Track[], processes: Record<string, string>): Map<string, string[]> {
  const several = new Set(tracks.map((t) => t.process)).size > 1;
  const stages = new Map<string, string[]>();
  for (const t of tracks) {
    const name = several ? words.stageOf(processes[t.process] ?? t.process, t.state_name) : t.state_name;
    stages.set(name, [...(stages.get(name) ?? []), t.label]);
  }
  return stages;
}
