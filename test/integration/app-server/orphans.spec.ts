import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { removeDataRoot } from '../../support/data-root';
import { PoolFixture, until } from './support/pool-fixture';
import { processesWith } from './support/running-processes';

const SCRATCH = resolve(__dirname, '../../../.cache/test');

describe('what an earlier run has left', () => {
  /** A process as one that codex starts: without our marker, if it is a tool server of its own configuration. */
  const leave = async (home: string): Promise<string> => {
    const tag = String(100_000 + Math.floor(Math.random() * 900_000));
    await mkdir(home, { recursive: true });
    spawn('sleep', [tag], { env: { PATH: process.env.PATH, HOME: home }, detached: true, stdio: 'ignore' }).unref();
    await until(() => processesWith(`sleep\0${tag}`).length === 1);
    return tag;
  };
  const left = (tag: string): number[] => processesWith(`sleep\0${tag}`);

  it('is ended by the next start on the same data root, and nothing of another one is', async () => {
    const [root, elsewhere] = [join(SCRATCH, randomUUID()), join(SCRATCH, randomUUID())];
    const [ours, others] = [await leave(join(root, 'agent_home')), await leave(join(elsewhere, 'agent_home'))];
    const fixture = await PoolFixture.start({ root, config: { size: 1 } });
    expect(left(ours)).toEqual([]);
    expect(left(others)).toHaveLength(1);
    left(others).forEach((pid) => process.kill(pid, 'SIGKILL'));
    await fixture.stop();
    removeDataRoot(elsewhere);
  });
});
