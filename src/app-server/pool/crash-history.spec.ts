import { CrashHistory } from './crash-history';

describe('CrashHistory', () => {
  it('is exceeded at the fifth crash within the window', () => {
    const crashes = new CrashHistory(5, 180_000);
    for (const at of [0, 1, 2, 3]) crashes.record(at);
    expect(crashes.isExceeded).toBe(false);
    crashes.record(179_999);
    expect(crashes.isExceeded).toBe(true);
  });

  it('forgets what lies before the window', () => {
    const crashes = new CrashHistory(5, 180_000);
    for (const at of [0, 1, 2, 100_000, 180_001]) crashes.record(at);
    expect(crashes.count).toBe(3);
    expect(crashes.isExceeded).toBe(false);
  });
});
