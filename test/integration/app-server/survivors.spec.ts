import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { removeDataRoot } from '../../support/data-root';
import { PoolFixture, runTurn, say, until } from './support/pool-fixture';
import type { ServiceReport } from './support/pool-service';
import { processesWith } from './support/running-processes';

const SUPPORT = join(__dirname, 'support');

describe('the end of the service', () => {
  let service: ChildProcess;
  let report: ServiceReport;
  let tag: string;

  /** The marker of the service's run: in the environment of what it starts, and in the reaper's arguments. */
  let run: string;

  /** What is left of the app-servers, the commands of their agents, and the reaper. */
  const survivors = (): number[] => [...processesWith(`sleep\0${tag}`), ...processesWith(run)];
  const reapers = (): number[] => processesWith(`codex-relay-reaper\0${run}`);

  beforeEach(async () => {
    tag = String(100_000 + Math.floor(Math.random() * 900_000));
    const args = ['-r', join(SUPPORT, 'ts-register.cjs'), join(SUPPORT, 'pool-service.ts'), tag];
    service = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: service.stdout! }), 'line')) as [string];
    report = JSON.parse(line) as ServiceReport;
    run = /CODEX_RELAY_RUN=[0-9a-f-]+/.exec(readFileSync(`/proc/${report.pids[0]}/environ`, 'latin1'))?.[0] ?? '';
    await until(() => processesWith(`sleep\0${tag}`).length >= 3);
  });

  afterEach(() => {
    service.kill('SIGKILL');
    for (const pid of survivors()) endIfThere(pid);
    removeDataRoot(report.root);
  });

  it('by SIGTERM leaves no process', async () => {
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
    expect(survivors()).toEqual([]);
  });

  it('by SIGKILL leaves no process, also none that is stopped', async () => {
    process.kill(report.pids[0] ?? 0, 'SIGSTOP');
    service.kill('SIGKILL');
    await once(service, 'exit');
    await until(() => survivors().length === 0, 5_000);
  });

  it('by SIGKILL leaves no process when the reaper was killed before', async () => {
    const [killed] = reapers();
    if (killed === undefined) throw new Error('there is no reaper');
    process.kill(killed, 'SIGKILL');
    // The one that was killed may be there for a moment longer.
    await until(() => reapers().some((pid) => pid !== killed));
    process.kill(report.pids[1] ?? 0, 'SIGSTOP');
    service.kill('SIGKILL');
    await once(service, 'exit');
    await until(() => survivors().length === 0, 5_000);
  });
});

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

describe('the end of the pool', () => {
  it('lets a running turn end, takes no new one, and its threads go on in the next', async () => {
    const fixture = await PoolFixture.start({ config: { size: 1 } });
    const lease = await fixture.lease(null);
    const running = runTurn(lease, 'stream 20 20').finally(() => lease.release());
    await until(() => fixture.model.requests.length === 1);
    const stopped = fixture.pool.stop({ graceMs: 5_000 });

    await expect(fixture.lease(null)).rejects.toMatchObject({ name: 'PoolUnavailableError', reason: 'stopping' });
    expect(fixture.pool.ready).toBe(false);
    await expect(running).resolves.toMatchObject({ status: 'completed', deltas: 20 });
    await stopped;

    const next = await PoolFixture.start({ config: { size: 1 }, root: fixture.root });
    await expect(next.run(lease.threadId, 'hello')).resolves.toMatchObject({ status: 'completed' });
    await next.stop();
    await fixture.stop();
  });

  it('cuts a turn that does not end in time', async () => {
    const fixture = await PoolFixture.start({ config: { size: 1 } });
    const lease = await fixture.lease(null);
    const running = runTurn(lease, 'hang').finally(() => lease.release());
    await until(() => fixture.model.requests.length === 1);
    const [stopped, turn] = await Promise.allSettled([fixture.pool.stop({ graceMs: 100 }), running]);

    expect(stopped.status).toBe('fulfilled');
    expect(turn).toMatchObject({ status: 'rejected', reason: { name: 'InstanceLostError' } });
    await fixture.stop();
  });
});

describe('the end of an instance', () => {
  it('ends the commands of its agent, and no others', async () => {
    const fixture = await PoolFixture.start({ config: { size: 2 } });
    const start = async (seconds: string) => {
      const lease = await fixture.lease(null, { sandbox: 'danger-full-access' });
      await lease.startTurn(say(`run setsid sleep ${seconds} & sleep ${seconds}`));
      await until(() => processesWith(`sleep\0${seconds}`).length === 2);
      return lease;
    };
    const [lost, kept] = [await start('765431'), await start('765432')];

    process.kill(fixture.instance(lost.instanceId).pid, 'SIGKILL');
    await until(() => processesWith('sleep\x00765431').length === 0);
    expect(processesWith('sleep\x00765432')).toHaveLength(2);

    [lost, kept].forEach((lease) => lease.release());
    await fixture.stop();
    expect(processesWith('sleep\x00765432')).toEqual([]);
  });
});
