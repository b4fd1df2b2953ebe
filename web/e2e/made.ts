/** What many tests begin with, made once for each build of the program: the papers of the stories, and a province in which one was played. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Script } from './script';

export const root = resolve(import.meta.dirname, '../..');
export const program = process.env.XIEZHI ?? join(root, 'target/debug/xiezhi');

const all = join(root, 'target/e2e');
const { mtimeMs, size } = statSync(program);
const made = join(all, `${Math.round(mtimeMs)}-${size}`);

function demo(...args: string[]): void {
  execFileSync(program, ['demo', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs before the first test. */
export default function make(): void {
  if (existsSync(made)) return;
  rmSync(all, { recursive: true, force: true });
  const part = `${made}.part`;
  mkdirSync(part, { recursive: true });
  for (const story of ['drunk-driving', 'returned']) demo('papers', story, '--to', join(part, story), '--pages', '40');
  demo('play', 'returned', '--ephemeral', '--keep', join(part, 'played'));
  renameSync(part, made);
}

/** The papers of a story. */
export function papers(story: 'drunk-driving' | 'returned'): { script: Script; folder: string } {
  const folder = join(made, story);
  return { folder, script: JSON.parse(readFileSync(join(folder, 'script.json'), 'utf8')) as Script };
}

/** Copies the province in which `returned` was played. */
export function copyPlayed(data: string): void {
  cpSync(join(made, 'played'), data, { recursive: true });
}
