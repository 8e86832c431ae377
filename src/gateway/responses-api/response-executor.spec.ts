import { KeepAlive } from './response-executor';

describe('the keep-alive of a response', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is sent in every silence, and not before', () => {
    const send = jest.fn();
    const writer = { lastSentAtMs: performance.now() };
    const keepAlive = new KeepAlive(writer, 15_000, send);
    jest.advanceTimersByTime(14_000);
    expect(send).not.toHaveBeenCalled();
    jest.advanceTimersByTime(32_000);
    expect(send).toHaveBeenCalledTimes(3);
    writer.lastSentAtMs = performance.now();
    jest.advanceTimersByTime(14_000);
    expect(send).toHaveBeenCalledTimes(3);
    keepAlive.stop();
    jest.advanceTimersByTime(60_000);
    expect(send).toHaveBeenCalledTimes(3);
  });
});
