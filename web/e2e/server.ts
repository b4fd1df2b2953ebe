/** A demonstration server of one's own: a fresh folder, a free port, gone afterwards. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyPlayed, program, root } from './made';

export const PASSWORD = 'dongli-2026';

export interface Server {
  url: string;
  stop: () => Promise<void>;
}

export async function start(options: string[] = [], secrets: Record<string, string> = {}): Promise<Server> {
  return serve(mkdtempSync(join(tmpdir(), 'xiezhi-e2e-')), options, secrets);
}

/** One in whose province the story `returned` was played. */
export async function startPlayed(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'xiezhi-e2e-'));
  copyPlayed(data);
  return serve(data);
}

async function serve(data: string, options: string[] = [], secrets: Record<string, string> = {}): Promise<Server> {
  const child: ChildProcess = spawn(program, ['serve', '--demonstration', '--data', data, '--listen', '127.0.0.1:0', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUST_LOG: 'error', ...secrets },
  });
  const url = await new Promise<string>((found, failed) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      const hit = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (hit) found(hit[0]);
    });
    child.on('exit', (code) => failed(new Error(`the server ended with ${code}`)));
  });
  return {
    url,
    stop: () =>
      new Promise((done) => {
        child.removeAllListeners('exit');
        child.on('exit', () => {
          rmSync(data, { recursive: true, force: true });
          done();
        });
        child.kill('SIGTERM');
      }),
  };
}

/** Plays a story over the interface up to an act, which is not done: a quick way to a case in the middle of its course. */
export function playUntil(url: string, story: string, act: string): void {
  const examples = mkdtempSync(join(tmpdir(), 'xiezhi-examples-'));
  cpSync(join(root, 'examples'), examples, { recursive: true });
  const path = join(examples, 'stories', `${story}.yaml`);
  const parts = readFileSync(path, 'utf8').split(/^(?= {2}- at: )/m);
  const end = parts.findIndex((p) => p.includes(`    do: ${act}\n`));
  if (end < 0) throw new Error(`${story} has no ${act}`);
  writeFileSync(path, parts.slice(0, end).join(''));
  const played = spawnSync(program, ['demo', 'play', story, '--server', url, '--examples', examples, '--pages', '40'], { cwd: root, encoding: 'utf8' });
  rmSync(examples, { recursive: true, force: true });
  // What waits for an answer is told by the verification at the end, which a story cut short comes to all the same.
  if (!played.stdout.includes('核验：')) throw new Error(`${story} was not played: ${played.stdout.slice(-500)} ${played.stderr}`);
}
