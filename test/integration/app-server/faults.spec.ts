import fs from 'node:fs/promises';
import { AppServerPool } from '../../../src/app-server/pool/pool';
import { POOL_LIMITS, PoolLimits } from '../../../src/app-server/pool/pool-limits';
import { ThreadLease } from '../../../src/app-server/pool/thread-lease';
import { PoolConfig } from '../../../src/config/pool.config';
import { FAKE, fakePool, Faults } from './support/fake-pool';
import { say, until } from './support/pool-fixture';
import { processesWith } from './support/running-processes';

describe('an app-server that', () => {
  let pool: AppServerPool;
  const released: string[] = [];

  /** `faultsOf` is asked at each launch. */
  const start = async (
    faultsOf: (launch: number) => Faults,
    limits: Partial<PoolLimits> = {},
    settings: Partial<PoolConfig> = {},
  ): Promise<void> => {
    pool = fakePool({ faultsOf, limits, settings, released });
    await pool.start();
  };
  const lease = (threadId: string | null = null, timeoutMs?: number): Promise<ThreadLease> =>
    pool.lease({
      timeoutMs,
      threadId,
      spec: { cwd: '/', model: 'm', approvalPolicy: 'never', sandbox: 'read-only' },
      signal: new AbortController().signal,
    });
  const instance = () => pool.status().instances[0];

  beforeEach(() => released.splice(0));
  afterEach(async () => {
    await pool.stop({ graceMs: 0 });
    expect(processesWith(FAKE)).toEqual([]);
  });

  it('never answers makes the request end at its deadline', async () => {
    const warning = { method: 'warning', params: { threadId: null, message: 'alive' } };
    await start(() => ({ hang: ['turn/start'], says: warning }));
    const leased = await lease();
    await expect(leased.startTurn(say('x'))).rejects.toMatchObject({
      name: 'OutcomeUnknownError',
      method: 'turn/start',
    });
    leased.release();
    expect(instance()).toMatchObject({ state: 'ready', turns: 0 });
  });

  it('is overloaded for a while gets the request again', async () => {
    await start(() => ({ overloads: { 'turn/start': 3 } }));
    const leased = await lease();
    await expect(leased.startTurn(say('x'))).resolves.toMatchObject({ id: 'turn-1' });
  });

  it('stays overloaded has refused the request', async () => {
    await start(() => ({ overloads: { 'turn/start': 1000 } }));
    const leased = await lease();
    await expect(leased.startTurn(say('x'))).rejects.toMatchObject({ name: 'RequestRefusedError', code: -32001 });
  });

  it('writes garbage between its messages is understood', async () => {
    await start(() => ({ garbage: true }));
    await expect((await lease()).startTurn(say('x'))).resolves.toMatchObject({ id: 'turn-1' });
  });

  it('answers with too long a line fails that request alone', async () => {
    // A slow machine takes a while for 17 MB.
    await start(() => ({ oversized: ['turn/interrupt'] }), {}, { requestTimeoutSeconds: 20 });
    const leased = await lease();
    await expect(leased.interrupt('turn-1')).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    await expect(leased.startTurn(say('x'))).resolves.toMatchObject({ id: 'turn-1' });
    expect(instance()).toMatchObject({ restarts: 0 });
  });

  it('dies in the middle of a line ends the lease', async () => {
    await start(() => ({ tornBy: 'turn/start' }));
    const leased = await lease();
    await expect(leased.startTurn(say('x'))).rejects.toMatchObject({
      name: 'InstanceLostError',
      reason: 'exit code 4',
    });
    await expect(leased.signals()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'InstanceLostError' });
    leased.release();
  });

  it('dies is read to its last message, though its output is held up by the slow reader of another thread', async () => {
    // More than the stream of a process that is held up takes in advance, so that the rest is still in its pipe.
    const count = 1_300;
    await start(() => ({ floodsBy: 'turn/start', lastWords: count }));
    const [slow, quick] = [await lease(), await lease()];
    const words: string[] = [];
    const reading = (async () => {
      for await (const signal of quick.signals()) {
        if (signal.kind === 'notification' && signal.notification.method === 'warning')
          words.push(signal.notification.params.message);
      }
    })();
    await slow.startTurn(say('x'));
    await until(() => slow.isHeldUp);
    process.kill(instance()?.pid ?? 0, 'SIGUSR2');
    await expect(reading).rejects.toMatchObject({ name: 'InstanceLostError', reason: 'exit code 5' });
    expect(words).toEqual(Array.from({ length: count }, (_, number) => String(number)));
  });

  it('dies while it opens a thread is replaced without the caller noticing', async () => {
    await start((launch) => (launch === 1 ? { tornBy: 'thread/start' } : {}));
    expect((await lease()).threadId).toBe('thread-1');
    expect(instance()?.restarts).toBe(1);
  });

  it('dies is started again at once, and only after its next death with a delay', async () => {
    const hourMs = 3_600_000;
    await start(() => ({}), { restartBackoff: { initialMs: hourMs, maximumMs: hourMs } });
    process.kill(instance()?.pid ?? -1, 'SIGKILL');
    await until(() => instance()?.restarts === 1 && pool.ready);
    process.kill(instance()?.pid ?? -1, 'SIGKILL');
    await until(() => instance()?.state === 'backing-off');
  });

  it('dies where nobody can look for what it has left is started again all the same', async () => {
    await start(() => ({}));
    const look = jest.spyOn(fs, 'readdir').mockRejectedValueOnce(new Error('EMFILE: too many open files'));
    process.kill(instance()?.pid ?? -1, 'SIGKILL');
    await until(() => instance()?.restarts === 1 && pool.ready, 20_000).finally(() => look.mockRestore());
  });

  it('does not start is tried again, with its keys returned', async () => {
    await start((launch) => (launch < 3 ? { exitAtStart: true } : {}));
    expect(pool.ready).toBe(false);
    await until(() => pool.ready);
    expect(instance()).toMatchObject({ restarts: 2, lastExit: 'exit code 3' });
    expect(released).toEqual(['codex-1', 'codex-1']);
  });

  it('does not answer its first request is killed and tried again', async () => {
    await start((launch) => (launch === 1 ? { hang: ['initialize'], immortal: true } : {}), {
      initializeTimeoutMs: 1_000,
    });
    await until(() => pool.ready);
    expect(instance()).toMatchObject({ restarts: 1, lastExit: 'killed by SIGKILL' });
  });

  it('ignores SIGTERM is killed', async () => {
    await start(() => ({ immortal: true }));
    const startedAt = performance.now();
    await pool.stop({ graceMs: 0 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(instance()).toMatchObject({ state: 'stopped', pid: null, lastExit: 'killed by SIGKILL' });
  });

  it('is stopped by a signal gets no turn once it is killed, and is replaced when its turn is abandoned', async () => {
    await start(() => ({}));
    const leased = await lease();
    process.kill(instance()?.pid ?? 0, 'SIGSTOP');
    await expect(leased.interrupt('turn-1')).rejects.toMatchObject({ name: 'InstanceLostError' });
    expect(pool.ready).toBe(false);
    leased.abandon('it does not answer');
    await until(() => instance()?.restarts === 1 && pool.ready, 20_000);
  });

  it('has a turn that was abandoned gives its slot to none of those that wait', async () => {
    await start(() => ({}), {}, { maxTurnsPerInstance: 1 });
    const [abandoned, waiting] = [await lease(), lease()];
    await until(() => pool.status().waiting === 1);
    abandoned.abandon('its turn does not end');
    const leased = await waiting;
    expect(instance()).toMatchObject({ state: 'ready', restarts: 1 });
    await expect(leased.startTurn(say('x'))).resolves.toMatchObject({ id: 'turn-1' });
    leased.release();
  });

  it('is stopped by a signal, like all others, lets a turn wait for those that come after them', async () => {
    await start(() => ({}), {}, { size: 4, requestTimeoutSeconds: 0.3 });
    const stopped = pool.status().instances.map(({ pid }) => pid ?? 0);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    expect((await lease()).threadId).toBe('thread-1');
    expect(instance()?.lastExit).toBe('killed by SIGKILL');
  });

  it('is stopped by a signal, like all others, holds nobody beyond the deadline', async () => {
    await start(() => ({}), { restartBackoff: { initialMs: 5_000, maximumMs: 5_000 } }, { size: 2 });
    for (const { pid } of pool.status().instances) process.kill(pid ?? 0, 'SIGSTOP');
    const startedAt = performance.now();
    await expect(lease(null, 1_500)).rejects.toMatchObject({ name: 'PoolUnavailableError', reason: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('asks twice with one id is answered once, and what is unknown is refused', async () => {
    const question = { id: 7, method: 'item/commandExecution/requestApproval', params: { threadId: 'thread-1' } };
    const asks = [question, question, { id: 8, method: 'currentTime/read', params: { threadId: 'thread-1' } }];
    await start(() => ({ asks }));
    const leased = await lease();
    await leased.startTurn(say('x'));
    const received: string[] = [];
    for await (const signal of leased.signals()) {
      if (signal.kind === 'request') {
        received.push('question');
        signal.respond({ decision: 'accept' });
        signal.respond({ decision: 'decline' });
      } else if (signal.notification.method === 'warning') {
        received.push(signal.notification.params.message);
      }
      if (received.length === 3) break;
    }
    expect(received.sort()).toEqual([
      'question',
      '{"id":7,"result":{"decision":"accept"}}',
      '{"id":8,"error":{"code":-32601,"message":"Unhandled method currentTime/read"}}',
    ]);
  });

  describe('lives but says nothing', () => {
    const silence = { probeAfterMs: 100, idleProbeAfterMs: 600, probeTimeoutMs: 200 };
    const patient = { requestTimeoutSeconds: 60 };

    /** Milliseconds from now until the turn ends with its instance. */
    const lost = async (leased: ThreadLease): Promise<number> => {
      const from = performance.now();
      const reading = leased.signals()[Symbol.asyncIterator]();
      await expect(reading.next()).rejects.toMatchObject({
        name: 'InstanceLostError',
        reason: expect.stringMatching(/killed by SIGKILL: it has said nothing for \d+ ms/) as string,
      });
      leased.release();
      return performance.now() - from;
    };

    it('while a turn runs: the turn ends, and it is replaced', async () => {
      await start(() => ({}), { silence }, patient);
      const leased = await lease();
      await leased.startTurn(say('x'));
      process.kill(instance()?.pid ?? 0, 'SIGSTOP');
      expect(await lost(leased)).toBeLessThan(10_000);
      await until(() => instance()?.restarts === 1 && pool.ready, 20_000);
    });

    it('because it spins, and ignores SIGTERM', async () => {
      await start((launch) => (launch === 1 ? { spinsBy: 'turn/start', immortal: true } : {}), { silence }, patient);
      const leased = await lease();
      await expect(leased.startTurn(say('x'))).rejects.toMatchObject({ name: 'InstanceLostError' });
      leased.release();
      await until(() => pool.ready, 20_000);
      expect((await lease()).threadId).toBe('thread-1');
    });

    it('while it opens a thread: another process opens it', async () => {
      await start(() => ({}), { silence }, patient);
      process.kill(instance()?.pid ?? 0, 'SIGSTOP');
      expect((await lease()).threadId).toBe('thread-1');
      expect(instance()?.restarts).toBe(1);
    });

    it('while nobody wants anything of it', async () => {
      await start(() => ({}), { silence });
      process.kill(instance()?.pid ?? 0, 'SIGSTOP');
      await until(() => instance()?.restarts === 1 && pool.ready, 20_000);
    });

    it('is not blamed while it answers, however long a turn is silent', async () => {
      await start(() => ({}), { silence });
      const leased = await lease();
      await leased.startTurn(say('x'));
      await new Promise((wake) => setTimeout(wake, 1_000));
      expect(instance()).toMatchObject({ restarts: 0, turns: 1 });
      leased.release();
    });
  });

  describe('has no room', () => {
    const settings = { maxTurnsPerInstance: 1, queueTimeoutSeconds: 0.2 };
    const timeout = { name: 'PoolUnavailableError', reason: 'timeout' };

    it('makes a wait end by its deadline, also while it is stopped', async () => {
      await start(() => ({}), {}, settings);
      const leased = await lease();
      process.kill(instance()?.pid ?? 0, 'SIGSTOP');
      await expect(lease()).rejects.toMatchObject(timeout);
      await expect(lease(null, 50)).rejects.toMatchObject(timeout);
      leased.release();
    });

    it('does so in quarantine, which an administrator ends', async () => {
      await start(
        (launch) => (launch <= 2 ? { exitAtStart: true } : {}),
        { maxCrashes: 2, lastQuarantineMs: POOL_LIMITS.quarantineMs },
        settings,
      );
      await until(() => instance()?.state === 'quarantined');
      expect(instance()?.reason).toBe('2 crashes, the last: exit code 3');
      expect(Date.parse(instance()?.retryAt ?? '')).toBeGreaterThan(Date.now() + POOL_LIMITS.quarantineMs / 2);
      await expect(lease()).rejects.toMatchObject(timeout);
      expect(() => pool.administration.drain('codex-1')).toThrow('codex-1 is quarantined');
      pool.administration.restart('codex-1');
      await until(() => instance()?.state === 'ready');
      expect((await lease()).threadId).toBe('thread-1');
      expect(instance()).toMatchObject({ state: 'ready', retryAt: null });
      const changes = pool.administration.transitions('codex-1').map(({ to, reason }) => `${to}: ${reason}`);
      expect(changes.slice(0, 2)).toEqual(['ready: initialized', 'starting: restarted by an administrator']);
      expect(changes.slice(2).map((change) => change.split(':')[0])).toEqual([
        'quarantined',
        'starting',
        'backing-off',
        'starting',
      ]);
    });

    it('comes out of quarantine after a time', async () => {
      const limits = { maxCrashes: 1, lastQuarantineMs: 100 };
      await start((launch) => (launch === 1 ? { exitAtStart: true } : {}), limits);
      expect(instance()).toMatchObject({ state: 'quarantined' });
      expect((await lease()).threadId).toBe('thread-1');
      const reasons = pool.administration.transitions().map(({ reason }) => reason);
      expect(reasons.slice(0, 2)).toEqual(['initialized', 'quarantine is over']);
    });
  });
});
