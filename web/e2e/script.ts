/** A story as `xiezhi demo papers` writes it. */
export type Value = string | number | boolean | null | Value[] | { [k: string]: Value };

export interface Paper {
  kind: string;
  title: string | null;
  number: string | null;
  path: string;
  corrects: string | null;
  listed: [number, number] | null;
  says: Record<string, Value>;
}

export interface Step {
  at: string;
  who: string;
  unit: string | null;
  do: string;
  case: Record<string, Value>;
  person: Record<string, Value>;
  files: Paper[];
  assign: { how: 'turn' | 'random' | 'manual'; user?: string } | null;
  reason: string | null;
  approve: string[];
  refused: string[];
}

export interface Script {
  story: string;
  steps: Step[];
}
