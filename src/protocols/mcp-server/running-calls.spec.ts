import { RunningCalls } from './running-calls';

describe('a call that waits', () => {
  it('is cancelled by its user and session alone, and not once it is over', () => {
    const calls = new RunningCalls();
    const name = { user: { id: 'ada' }, session: 's', requestId: 1 };
    const { signal, close } = calls.open(name);
    for (const other of [{ user: { id: 'eve' } }, { session: 't' }, { requestId: 2 }, { requestId: '1' }]) {
      calls.cancel({ ...name, ...other });
      expect(signal.aborted).toBe(false);
    }
    calls.cancel(name);
    expect(signal.aborted).toBe(true);
    close();
    const next = calls.open(name);
    close();
    calls.cancel(name);
    expect(next.signal.aborted).toBe(true);
  });
});
