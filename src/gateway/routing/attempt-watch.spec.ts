import { AttemptWatch } from './attempt-watch';

const TIMEOUTS = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000 };

describe('AttemptWatch', () => {
  let watch: AttemptWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    watch = new AttemptWatch(TIMEOUTS, new AbortController().signal);
  });
  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  it('does not blame the provider for a client that is slow', async () => {
    const client = Promise.withResolvers<void>();
    const paused = watch.paused(client.promise);
    jest.advanceTimersByTime(10_000);
    client.resolve();
    await paused;
    jest.advanceTimersByTime(900);
    expect(watch.signal.aborted).toBe(false);
    jest.advanceTimersByTime(2_000);
    expect(watch.signal.aborted).toBe(true);
  });
});
