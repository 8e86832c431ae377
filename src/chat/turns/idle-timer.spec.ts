import { IdleTimer } from './idle-timer';

const LIMIT_MS = 1_000;
const WORK_LIMIT_MS = 10_000;
/** Time for the last look. */
const MARGIN_MS = 200;

describe('IdleTimer', () => {
  let isExcused: boolean;
  let isAtWork: boolean;
  let onSilent: jest.Mock;
  let timer: IdleTimer;

  beforeEach(() => {
    jest.useFakeTimers();
    isExcused = isAtWork = false;
    onSilent = jest.fn();
    const terms = { limitMs: LIMIT_MS, workLimitMs: WORK_LIMIT_MS, onSilent };
    timer = new IdleTimer({ ...terms, isExcused: () => isExcused, isAtWork: () => isAtWork });
  });
  afterEach(() => {
    timer.stop();
    jest.useRealTimers();
  });

  const expectCallAfter = (limitMs: number): void => {
    jest.advanceTimersByTime(limitMs - 1);
    expect(onSilent).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1 + MARGIN_MS);
    expect(onSilent).toHaveBeenCalledTimes(1);
  };

  it('calls back once when nothing was reported for the limit', () => {
    expectCallAfter(LIMIT_MS);
    jest.advanceTimersByTime(10 * LIMIT_MS);
    expect(onSilent).toHaveBeenCalledTimes(1);
  });

  it('counts from the last progress', () => {
    for (let reports = 0; reports < 5; reports++) {
      jest.advanceTimersByTime(LIMIT_MS - 1);
      timer.progress();
    }
    expectCallAfter(LIMIT_MS);
  });

  it('does not count a silence that has a reason', () => {
    isExcused = true;
    jest.advanceTimersByTime(10 * LIMIT_MS);
    isExcused = false;
    expect(onSilent).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2 * LIMIT_MS);
    expect(onSilent).toHaveBeenCalledTimes(1);
  });

  it('lets a command be silent for longer, though not for ever', () => {
    isAtWork = true;
    expectCallAfter(WORK_LIMIT_MS);
  });

  it('counts as usual again once the command has ended', () => {
    isAtWork = true;
    jest.advanceTimersByTime(5 * LIMIT_MS);
    isAtWork = false;
    timer.progress();
    expectCallAfter(LIMIT_MS);
  });

  it('is not deceived by a clock that is set', () => {
    jest.advanceTimersByTime(LIMIT_MS / 2);
    jest.setSystemTime(Date.now() + 3_600_000);
    expectCallAfter(LIMIT_MS / 2);
  });

  it('is not deceived by a clock that is set back', () => {
    jest.setSystemTime(Date.now() - 3_600_000);
    expectCallAfter(LIMIT_MS);
  });

  it('hears, after a pause of the service, what was said meanwhile', () => {
    jest.advanceTimersByTime(LIMIT_MS);
    timer.progress();
    expectCallAfter(LIMIT_MS);
  });

  it('gives a silence that had a reason the time anew once the reason is gone', () => {
    isExcused = true;
    jest.advanceTimersByTime(LIMIT_MS - 1);
    isExcused = false;
    jest.advanceTimersByTime(LIMIT_MS / 2);
    expect(onSilent).not.toHaveBeenCalled();
    jest.advanceTimersByTime(LIMIT_MS / 2 + MARGIN_MS);
    expect(onSilent).toHaveBeenCalledTimes(1);
  });

  it('keeps quiet after its stop', () => {
    timer.stop();
    jest.advanceTimersByTime(10 * LIMIT_MS);
    expect(onSilent).not.toHaveBeenCalled();
  });
});
