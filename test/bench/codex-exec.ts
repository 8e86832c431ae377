import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PoolConfig } from '../../src/config/pool.config';
import { CodexBinary } from '../../src/runtime/codex-binary';
import { providerArgs } from './bare-app-server';
import type { BenchChat, Contender } from './contender';

export const CODEX_EXEC = 'codex exec, a process a turn';

/** `codex exec` with default settings: a process for each turn, which remembers nothing. */
export class CodexExec implements Contender {
  readonly name = CODEX_EXEC;
  readonly processes = {};
  /** More at once than that only make each other slower. */
  readonly atMost = 20;
  private readonly binary = new CodexBinary(new PoolConfig()).path;

  constructor(
    private readonly modelUrl: string,
    private readonly home: string,
  ) {}

  async newChat(): Promise<BenchChat> {
    const cwd = join(this.home, `workspace-${randomUUID()}`);
    await mkdir(cwd, { recursive: true });
    return { turn: (text) => this.turn(text, cwd) };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private async turn(text: string, cwd: string): Promise<void> {
    const args = ['exec', ...providerArgs(this.modelUrl), '-m', 'scripted', '--skip-git-repo-check', text];
    const env = { ...process.env, CODEX_HOME: this.home, BENCH_KEY: 'none' };
    const [code] = (await once(spawn(this.binary, args, { cwd, env, stdio: 'ignore' }), 'exit')) as [number | null];
    if (code !== 0) throw new Error(`codex exec ended with ${code}`);
  }
}
