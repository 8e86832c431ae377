import { IdleTimer } from './idle-timer';

const LIMIT_MS = 1_000;

describe('IdleTimer', () => {
  let excused: boolean;
  let idle: jest.Mock;
  let timer: IdleTimer;

  beforeEach(() => {
    jest.useFakeTimers();
    excused = false;
    idle = jest.fn();
    timer = new IdleTimer(LIMIT_MS, () => excused, idle);
  });
  afterEach(() => {
    timer.stop();
    jest.useRealTimers();
  });

  it('calls back once when nothing was reported for the limit', () => {
    jest.advanceTimersByTime(LIMIT_MS - 1);
    expect(idle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(idle).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(10 * LIMIT_MS);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  it('counts from the last progress', () => {
    for (let reports = 0; reports < 5; reports++) {
      jest.advanceTimersByTime(LIMIT_MS - 1);
      timer.progress();
    }
    expect(idle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(LIMIT_MS - 1);
    expect(idle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  it('does not count a silence that has a reason', () => {
    excused = true;
    jest.advanceTimersByTime(10 * LIMIT_MS);
    excused = false;
    expect(idle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2 * LIMIT_MS);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  it.each([3_600_000, -3_600_000])('is not moved by a wall clock that jumps by %i ms', (jump) => {
    jest.advanceTimersByTime(LIMIT_MS / 2);
    timer.progress();
    jest.setSystemTime(Date.now() + jump);
    jest.advanceTimersByTime(LIMIT_MS - 1);
    expect(idle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  it('keeps quiet after its stop', () => {
    timer.stop();
    jest.advanceTimersByTime(10 * LIMIT_MS);
    expect(idle).not.toHaveBeenCalled();
  });
});
