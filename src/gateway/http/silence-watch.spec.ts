import { SilenceWatch } from './silence-watch';

describe('SilenceWatch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('keeps the client awake, and gives up on a silent provider once', () => {
    const keepAlive = jest.fn();
    const silent = jest.fn();
    const watch = new SilenceWatch({ keepAliveMs: 15_000, idleMs: 100_000 }, keepAlive, silent);
    jest.advanceTimersByTime(14_000);
    expect(keepAlive).not.toHaveBeenCalled();
    jest.advanceTimersByTime(32_000);
    expect(keepAlive).toHaveBeenCalledTimes(3);
    watch.touch();
    jest.advanceTimersByTime(99_000);
    expect(silent).not.toHaveBeenCalled();
    jest.advanceTimersByTime(600_000);
    expect(silent).toHaveBeenCalledTimes(1);
    watch.stop();
  });
});
