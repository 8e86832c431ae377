import { SilenceWatch } from './silence-watch';

const LIMITS = { probeAfterMs: 10, idleProbeAfterMs: 60, probeTimeoutMs: 20 };

describe('SilenceWatch', () => {
  const watches: SilenceWatch[] = [];
  afterEach(() => watches.splice(0).forEach((watch) => watch.stop()));

  const watch = (state: { isBusy?: boolean; isHeldUp?: boolean; answers: boolean; isReadLate?: boolean }) => {
    const seen = { probes: 0, silent: 0, at: 0 };
    const startedAt = performance.now();
    const watched = {
      isHeldUp: false,
      isBusy: true,
      ...state,
      messagesHeard: 0,
      probe: async (timeoutMs: number) => {
        seen.probes += 1;
        if (!state.answers) await pause(timeoutMs);
        else watched.messagesHeard += 1;
        if (state.isReadLate) setImmediate(() => (watched.messagesHeard += 1));
      },
    };
    const silenceWatch = new SilenceWatch(watched, LIMITS, () => {
      seen.silent += 1;
      seen.at = performance.now() - startedAt;
    });
    watches.push(silenceWatch);
    silenceWatch.start();
    return Object.assign(seen, { suspect: () => silenceWatch.suspect() });
  };
  const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

  it('reports a busy process that does not answer, once', async () => {
    const seen = watch({ answers: false });
    await pause(150);
    expect(seen).toMatchObject({ probes: 1, silent: 1 });
  });

  it('lets one go on that answers', async () => {
    const seen = watch({ answers: true });
    await pause(100);
    expect(seen.probes).toBeGreaterThan(1);
    expect(seen.silent).toBe(0);
  });

  it('lets one go on whose answer is read only after the deadline, because the service itself was held up', async () => {
    const seen = watch({ answers: false, isReadLate: true });
    await pause(150);
    expect(seen.probes).toBeGreaterThan(1);
    expect(seen.silent).toBe(0);
  });

  it('asks an idle one less often', async () => {
    const seen = watch({ answers: false, isBusy: false });
    await pause(200);
    expect(seen.silent).toBe(1);
    expect(seen.at).toBeGreaterThan(75);
  });

  it('asks an idle one at once when another was found silent, and only once at a time', async () => {
    const seen = watch({ answers: false, isBusy: false });
    seen.suspect();
    seen.suspect();
    await pause(150);
    expect(seen).toMatchObject({ probes: 1, silent: 1 });
    expect(seen.at).toBeLessThan(60);
  });

  it('lets a suspect go on that answers', async () => {
    const seen = watch({ answers: true, isBusy: false });
    seen.suspect();
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
