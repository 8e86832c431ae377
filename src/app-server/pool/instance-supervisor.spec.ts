import { eventually } from '../../../test/support/eventually';
import { supervision } from '../../../test/support/process-double';
import { Instance } from './instance';
import { CrashHistory, InstanceSupervisor } from './instance-supervisor';
import { Semaphore } from '../../common/semaphore';

describe('InstanceSupervisor', () => {
  let instance: Instance;
  let supervisor: InstanceSupervisor;
  let starts: Semaphore;
  let silences: number;
  /** The launch that fails. */
  let failing: number;
  /** When nothing is left of the processes that have ended. */
  let cleared: PromiseWithResolvers<void>;

  beforeEach(() => {
    [starts, silences, failing, cleared] = [new Semaphore(1), 0, 0, Promise.withResolvers()];
    const doubles = { starts: (launch: number) => launch !== failing, cleared: cleared.promise };
    const context = {
      ...supervision({ restartBackoff: { initialMs: 1, maximumMs: 2 } }, doubles),
      stagger: (start: () => Promise<void>) => starts.run(start),
      onSilent: () => (silences += 1),
    };
    instance = new Instance('codex-1', 5, context.logger, () => undefined);
    supervisor = new InstanceSupervisor(instance, context, () => true);
  });
  afterEach(() => {
    cleared.resolve();
    return supervisor.stop('the test ends', 0);
  });

  it('starts one process, though two want it while the start waits for its turn', async () => {
    await Promise.all([supervisor.restart('one request', 'admin'), supervisor.restart('another', 'admin')]);
    expect([instance.starts, instance.lifecycle.state]).toEqual([1, 'ready']);
  });

  it('stays suspended when it was started again before its time after a crash', async () => {
    failing = 1;
    await Promise.all([supervisor.restart('one request', 'admin'), supervisor.restart('another', 'admin')]);
    expect(instance).toMatchObject({ starts: 2, isReady: true, retryAt: null });
    cleared.resolve();
    await supervisor.suspend('drained');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(instance).toMatchObject({ starts: 2, lifecycle: { state: 'stopped' } });
  });

  it('starts none when it is stopped while the start waits for its turn', async () => {
    const others = Promise.withResolvers<void>();
    const before = starts.run(() => others.promise);
    const started = supervisor.start('the test starts');
    await supervisor.stop('the pool stops', 0);
    others.resolve();
    await Promise.all([before, started]);
    expect([instance.starts, instance.connection, instance.lifecycle.state]).toEqual([0, null, 'stopped']);
  });

  it('is not ready any more, and starts another process, while what the last has left is still looked for', async () => {
    await supervisor.start('the test starts');
    const { connection } = instance;
    connection?.process.kill();
    await connection?.process.ended;
    expect(instance.lifecycle.state).toBe('backing-off');
    await eventually('it is started again', () => instance.isReady && instance.starts === 2);
    const stopped = jest.fn();
    const stop = supervisor.stop('the test ends', 0).then(stopped);
    await eventually('it has ended', () => instance.lifecycle.state === 'stopped');
    expect(stopped).not.toHaveBeenCalled();
    cleared.resolve();
    await stop;
  });

  it('says when a process was killed for its silence, which may have befallen others, and not when one crashed', async () => {
    await supervisor.start('the test starts');
    instance.connection?.process.kill();
    await eventually('it is started again', () => instance.isReady && instance.starts === 2);
    expect(silences).toBe(0);
    instance.connection?.kill('it says nothing');
    await eventually('it is started again', () => instance.isReady && instance.starts === 3);
    expect(silences).toBe(1);
  });
});

describe('CrashHistory', () => {
  it('is exceeded at the fifth crash within the window', () => {
    const crashes = new CrashHistory(5, 180_000);
    for (const at of [0, 1, 2, 3]) crashes.record(at);
    expect(crashes.isExceeded).toBe(false);
    crashes.record(179_999);
    expect(crashes.isExceeded).toBe(true);
  });

  it('forgets what lies before the window', () => {
    const crashes = new CrashHistory(5, 180_000);
    for (const at of [0, 1, 2, 100_000, 180_001]) crashes.record(at);
    expect(crashes.count).toBe(3);
    expect(crashes.isExceeded).toBe(false);
  });
});
