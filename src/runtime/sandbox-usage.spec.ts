import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sandboxUsages, type SandboxUsage } from './sandbox-usage';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the sandboxes that run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandboxes-'));
  const started: ChildProcess[] = [];

  /** A program by the name of codex's sandbox, which is told its workspace as that is. */
  const start = (workspace: string): void => {
    const program = join(folder, 'bwrap');
    writeFileSync(program, '#!/bin/sh\nsleep 60\n');
    chmodSync(program, 0o755);
    started.push(spawn(program, ['--sandbox-policy-cwd', workspace], { detached: true, stdio: 'ignore' }));
  };
  const seen = async (sessions: string, count: number): Promise<SandboxUsage[]> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const usages = await sandboxUsages(sessions);
      if (usages.length >= count && usages.every(({ pids }) => pids.length > 1)) return usages;
      await delay(50);
    }
    return sandboxUsages(sessions);
  };

  afterAll(() => {
    for (const { pid } of started) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('are those in the workspaces of this service, not those of another one of the same user', async () => {
    const [own, other] = [join(folder, 'own'), join(folder, 'own-too')];
    start(join(own, 'ada', 'chat', 'workspace'));
    start(join(other, 'ada', 'chat', 'workspace'));
    expect((await seen(other, 1)).map(({ workspace }) => workspace)).toEqual([join(other, 'ada', 'chat', 'workspace')]);
    const [usage, ...more] = await seen(own, 1);
    expect(more).toEqual([]);
    expect(usage).toMatchObject({ workspace: join(own, 'ada', 'chat', 'workspace') });
    expect(usage?.pids).toContain(started[0]?.pid);
    expect(usage?.rssBytes).toBeGreaterThan(0);
  }, 30_000);
});
