import { execFileSync } from 'node:child_process';
import type { ServerRequest } from '../../../src/app-server/protocol/generated/ServerRequest';
import { PoolFixture, runTurn, say, until } from './support/pool-fixture';

/** Whether a process has this command line. */
const runs = (command: string): boolean =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').includes(command);

describe('turns', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({
      config: { size: 2, maxTurnsPerInstance: 2, selectionStrategy: 'least_busy' },
    });
  });
  afterAll(() => fixture.stop());

  it('go to the instance that has the fewest', async () => {
    const first = await fixture.lease(null);
    const second = await fixture.lease(null);
    second.release();
    const third = await fixture.lease(null);

    expect(second.instanceId).not.toBe(first.instanceId);
    expect(third.instanceId).toBe(second.instanceId);
    [first, third].forEach((lease) => lease.release());
  });

  it('wait in order when every instance is full', async () => {
    const full = await Promise.all([1, 2, 3, 4].map(() => fixture.lease(null)));
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (index) => {
      const lease = await fixture.lease(null);
      order.push(index);
      return lease;
    });
    await until(() => fixture.pool.status().waiting === 3);

    full.forEach((lease) => lease.release());
    (await Promise.all(waiting)).forEach((lease) => lease.release());
    expect(order.sort()).toEqual([1, 2, 3]);
    expect(fixture.pool.status()).toMatchObject({ waiting: 0, instances: [{ turns: 0 }, { turns: 0 }] });
  });

  it('stop waiting when their signal says so', async () => {
    const full = await Promise.all([1, 2, 3, 4].map(() => fixture.lease(null)));
    const abort = new AbortController();
    const waiting = fixture.lease(null, {}, abort.signal);
    await until(() => fixture.pool.status().waiting === 1);
    abort.abort();

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(fixture.pool.status().waiting).toBe(0);
    full.forEach((lease) => lease.release());
  });

  it('come without the notifications that nobody here listens to', async () => {
    const lease = await fixture.lease(null);
    const methods = new Set<string>();
    await runTurn(lease, 'stream 2 0', (signal) => {
      if (signal.kind === 'notification') methods.add(signal.notification.method);
    });
    lease.release();
    expect([...methods].sort()).toEqual([
      'item/agentMessage/delta',
      'item/completed',
      'item/started',
      'thread/tokenUsage/updated',
      'turn/completed',
      'turn/started',
    ]);
  });

  it('can be interrupted', async () => {
    const lease = await fixture.lease(null);
    const turn = await lease.startTurn(say('stream 1000 20'));
    let status = '';
    let interruptedAt = 0;
    for await (const signal of lease.signals()) {
      if (signal.kind === 'request') continue;
      if (signal.notification.method === 'item/agentMessage/delta' && interruptedAt === 0) {
        interruptedAt = performance.now();
        await lease.interrupt(turn.id);
      }
      if (signal.notification.method !== 'turn/completed') continue;
      status = signal.notification.params.turn.status;
      break;
    }
    expect(status).toBe('interrupted');
    expect(performance.now() - interruptedAt).toBeLessThan(10_000);
    await expect(lease.interrupt(turn.id)).rejects.toMatchObject({ name: 'RequestRefusedError' });
    lease.release();
  });

  it('end what their commands left running when they are interrupted', async () => {
    const lease = await fixture.lease(null);
    const tag = `sleep 98${Date.now() % 10_000}`;
    const turn = await lease.startTurn(say(`run echo begun; ${tag}; echo never`));
    await until(() => runs(tag));
    await lease.interrupt(turn.id);
    await until(() => !runs(tag));
    lease.release();
  });

  it('end what an earlier one has left running when that is wanted', async () => {
    const tag = `sleep 97${Date.now() % 10_000}`;
    const { threadId, status } = await fixture.run(null, `leave ${tag}; echo never`);
    expect(status).toBe('completed');
    expect(runs(tag)).toBe(true);
    await fixture.pool.endCommands(threadId);
    await until(() => !runs(tag));
  });

  it('take half a character, as a browser that cuts an emoji sends it', async () => {
    const { threadId, status } = await fixture.run(null, 'half \ud83d of \\ud83d');
    expect(status).toBe('completed');
    expect(fixture.model.requests.filter((made) => made.threadId === threadId).at(-1)?.text).toBe(
      'half \ufffd of \\ud83d',
    );
  });

  it('get the answer to what codex asks, each from its own thread', async () => {
    const approvals: ServerRequest[] = [];
    const ask = async (command: string) => {
      const lease = await fixture.lease(null, { approvalPolicy: 'on-request' });
      const report = await runTurn(lease, `escalate ${command}`, (signal) => {
        if (signal.kind !== 'request') return;
        approvals.push(signal.request);
        expect(signal.request.params).toMatchObject({ threadId: lease.threadId });
        signal.respond({ decision: command === 'echo yes' ? 'accept' : 'decline' });
      });
      lease.release();
      return fixture.model.requests.filter(({ threadId }) => threadId === report.threadId).at(-1)?.output;
    };
    const [accepted, declined] = await Promise.all([ask('echo yes'), ask('echo no')]);

    expect(approvals.map(({ method }) => method)).toEqual(Array(2).fill('item/commandExecution/requestApproval'));
    expect(accepted).toMatch(/Output:\nyes/);
    expect(declined).toMatch(/rejected/);
  });

  it('are not held up by a question that nobody can answer any more', async () => {
    const lease = await fixture.lease(null, { approvalPolicy: 'on-request' });
    await lease.startTurn(say('escalate echo lost'));
    for await (const signal of lease.signals()) if (signal.kind === 'request') break;
    lease.release();

    await until(() =>
      fixture.model.requests.some(({ text, output }) => text === 'escalate echo lost' && output !== '""'),
    );
  });

  it('run twenty at once on one process', async () => {
    const many = await PoolFixture.start({ config: { size: 1, maxTurnsPerInstance: 20 } });
    const reports = await Promise.all(Array.from({ length: 20 }, () => many.run(null, 'stream 20 1')));
    await many.stop();

    expect(reports.every(({ status, deltas }) => status === 'completed' && deltas === 20)).toBe(true);
  });
});

describe('a model that cannot be reached', () => {
  it('ends the turn as failed', async () => {
    const fixture = await PoolFixture.start({ config: { size: 1 } });
    const lease = await fixture.lease(null);
    await fixture.model.close();
    const report = await runTurn(lease, 'hello');
    lease.release();

    expect(report).toMatchObject({ status: 'failed' });
    await fixture.stop();
  });
});
