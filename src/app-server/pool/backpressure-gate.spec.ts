import { BackpressureGate } from './backpressure-gate';

describe('BackpressureGate', () => {
  let isRead: boolean;
  let backpressure: BackpressureGate;
  const [one, other] = [{}, {}];

  beforeEach(() => {
    isRead = true;
    backpressure = new BackpressureGate({
      pauseOutput: () => void (isRead = false),
      resumeOutput: () => void (isRead = true),
    });
  });

  it('holds the output up while any reader has too much to read', () => {
    backpressure.setPressure(one, true);
    backpressure.setPressure(other, true);
    backpressure.setPressure(one, false);
    expect([isRead, backpressure.isPaused]).toEqual([false, true]);
    backpressure.setPressure(other, false);
    expect([isRead, backpressure.isPaused]).toEqual([true, false]);
  });

  it('lets the answer of a request through, and holds up again when the request has ended, however it ends', async () => {
    backpressure.setPressure(one, true);
    const answer = Promise.withResolvers<string>();
    const asked = backpressure.during(() => answer.promise);
    expect(isRead).toBe(true);
    answer.resolve('answer');
    await expect(asked).resolves.toBe('answer');
    expect(isRead).toBe(false);
    await expect(backpressure.during(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(isRead).toBe(false);
  });
});
