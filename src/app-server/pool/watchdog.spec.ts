import { Watchdog } from './watchdog';

const LIMITS = { probeAfterMs: 10, idleProbeAfterMs: 60, probeTimeoutMs: 20 };

describe('Watchdog', () => {
  const watchdogs: Watchdog[] = [];
  afterEach(() => watchdogs.splice(0).forEach((watchdog) => watchdog.stop()));

  const watch = (state: { isBusy?: boolean; isHeldUp?: boolean; answers: boolean; isReadLate?: boolean }) => {
    const seen = { probes: 0, silent: 0, at: 0 };
    const startedAt = performance.now();
    const watched = {
      isHeldUp: false,
      isBusy: true,
      ...state,
      messagesReceived: 0,
      probe: async (timeoutMs: number) => {
        seen.probes += 1;
        if (!state.answers) await pause(timeoutMs);
        else watched.messagesReceived += 1;
        if (state.isReadLate) setImmediate(() => (watched.messagesReceived += 1));
      },
    };
    const watchdog = new Watchdog(watched, LIMITS, () => {
      seen.silent += 1;
      seen.at = performance.now() - startedAt;
    });
    watchdogs.push(watchdog);
    watchdog.start();
    return Object.assign(seen, { probeNow: () => watchdog.probeNow() });
  };
  const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

  it('reports a busy process that does not answer, once', async () => {
    const seen = watch({ answers: false });
    for (let looks = 0; seen.silent === 0 && looks < 100; looks += 1) await pause(20);
    await pause(50);
    expect(seen).toMatchObject({ probes: 1, silent: 1 });
  });

  it('lets one go on that answers', async () => {
    const seen = watch({ answers: true });
    for (let looks = 0; seen.probes < 2 && looks < 100; looks += 1) await pause(20);
    expect(seen.probes).toBeGreaterThan(1);
    expect(seen.silent).toBe(0);
  });

  it('lets one go on whose answer is read only after the deadline, because the service itself was held up', async () => {
    const seen = watch({ answers: false, isReadLate: true });
    for (let looks = 0; seen.probes < 2 && looks < 100; looks += 1) await pause(20);
    expect(seen.probes).toBeGreaterThan(1);
    expect(seen.silent).toBe(0);
  });

  it('asks an idle one less often', async () => {
    const seen = watch({ answers: false, isBusy: false });
    for (let looks = 0; seen.silent === 0 && looks < 100; looks += 1) await pause(20);
    expect(seen.silent).toBe(1);
    expect(seen.at).toBeGreaterThan(75);
  });

  it('asks an idle one at once when another was found silent, and only once at a time', async () => {
    const seen = watch({ answers: false, isBusy: false });
    seen.probeNow();
    seen.probeNow();
    await pause(150);
    expect(seen).toMatchObject({ probes: 1, silent: 1 });
    expect(seen.at).toBeLessThan(60);
  });

  it('lets a probeNow go on that answers', async () => {
    const seen = watch({ answers: true, isBusy: false });
    seen.probeNow();
    await pause(30);
    expect(seen).toMatchObject({ probes: 1, silent: 0 });
    await pause(150);
    expect(seen.probes).toBeGreaterThan(1);
  });

  it('blames none whose output is not read', async () => {
    const seen = watch({ answers: false, isHeldUp: true });
    await pause(100);
    expect(seen).toMatchObject({ probes: 0, silent: 0 });
  });
});
