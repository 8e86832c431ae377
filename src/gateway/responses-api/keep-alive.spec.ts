import { KeepAlive } from './keep-alive';

describe('KeepAlive', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('speaks in every silence, and not before', () => {
    const say = jest.fn();
    const keepAlive = new KeepAlive(15_000, say);
    jest.advanceTimersByTime(14_000);
    expect(say).not.toHaveBeenCalled();
    jest.advanceTimersByTime(32_000);
    expect(say).toHaveBeenCalledTimes(3);
    keepAlive.touch();
    jest.advanceTimersByTime(14_000);
    expect(say).toHaveBeenCalledTimes(3);
    keepAlive.stop();
    jest.advanceTimersByTime(60_000);
    expect(say).toHaveBeenCalledTimes(3);
  });
});
