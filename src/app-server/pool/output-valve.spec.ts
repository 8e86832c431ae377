import { OutputValve } from './output-valve';

describe('OutputValve', () => {
  let isRead: boolean;
  let valve: OutputValve;
  const [one, other] = [{}, {}];

  beforeEach(() => {
    isRead = true;
    valve = new OutputValve({ pauseOutput: () => void (isRead = false), resumeOutput: () => void (isRead = true) });
  });

  it('holds the output up while any reader has too much to read', () => {
    valve.press(one, true);
    valve.press(other, true);
    valve.press(one, false);
    expect([isRead, valve.shut]).toEqual([false, true]);
    valve.press(other, false);
    expect([isRead, valve.shut]).toEqual([true, false]);
  });

  it('lets the answer of a request through, and holds up again when the request has ended, however it ends', async () => {
    valve.press(one, true);
    const answer = Promise.withResolvers<string>();
    const asked = valve.during(() => answer.promise);
    expect(isRead).toBe(true);
    answer.resolve('answer');
    await expect(asked).resolves.toBe('answer');
    expect(isRead).toBe(false);
    await expect(valve.during(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(isRead).toBe(false);
  });
});
