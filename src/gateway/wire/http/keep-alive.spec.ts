import { KeepAlive } from './keep-alive';

describe('the keep-alive of a stream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is sent in every silence of 14 s, and not before', () => {
    const send = jest.fn();
    const writer = { lastSentAtMs: performance.now() };
    const keepAlive = new KeepAlive(writer, send);
    jest.advanceTimersByTime(13_000);
    expect(send).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(send).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(28_000);
    expect(send).toHaveBeenCalledTimes(3);
    writer.lastSentAtMs = performance.now();
    jest.advanceTimersByTime(13_000);
    expect(send).toHaveBeenCalledTimes(3);
    keepAlive.stop();
    jest.advanceTimersByTime(60_000);
    expect(send).toHaveBeenCalledTimes(3);
  });
});
