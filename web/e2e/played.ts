/** A story played over the interface, so that its cases are there to be looked at. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const program = process.env.XIEZHI ?? resolve(root, 'target/debug/xiezhi');

export function play(story: string, url: string): void {
  execFileSync(program, ['demo', 'play', story, '--server', url], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
