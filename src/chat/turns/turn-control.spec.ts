import type { ChatDirectory } from '../chat-directory';
import type { EventLog } from '../event-log/event-log';
import type { ChatThreads } from './chat-threads';
import { TurnControl } from './turn-control';
import type { TurnScheduler } from './turn-scheduler';

describe('an interrupt', () => {
  const user = { id: 'ada', isAdmin: false };

  it.each([
    ['that waits', 'queued', 1],
    ['that runs, which ends them itself', 'running', 0],
    ['of none', undefined, 1],
  ])('ends the commands that earlier turns have left, beside a turn %s', async (_, status, expected) => {
    const endCommands = jest.fn(() => Promise.resolve());
    const interrupt = jest.fn();
    const execution = status && { turn: { id: 'turn', status }, interrupt, over: Promise.resolve() };
    const control = new TurnControl(
      { find: () => Promise.resolve({ id: 'chat' }) } as unknown as ChatDirectory,
      { current: () => execution } as unknown as TurnScheduler,
      { endCommands } as unknown as ChatThreads,
      {} as EventLog,
    );
    expect(await control.interrupt(user, 'chat')).toBe(status === undefined ? null : 'turn');
    expect(endCommands).toHaveBeenCalledTimes(expected);
    expect(interrupt).toHaveBeenCalledTimes(status === undefined ? 0 : 1);
  });

  it('of a turn that waits is answered when its end is stored, so that no crash lets it begin', async () => {
    const over = Promise.withResolvers<void>();
    const execution = { turn: { id: 'turn', status: 'queued' }, interrupt: () => undefined, over: over.promise };
    const control = new TurnControl(
      { find: () => Promise.resolve({ id: 'chat' }) } as unknown as ChatDirectory,
      { current: () => execution } as unknown as TurnScheduler,
      { endCommands: () => Promise.resolve() } as unknown as ChatThreads,
      {} as EventLog,
    );
    const answered = jest.fn();
    const interrupted = control.interrupt(user, 'chat').then(answered);
    await new Promise(setImmediate);
    expect(answered).not.toHaveBeenCalled();
    over.resolve();
    await interrupted;
    expect(answered).toHaveBeenCalledWith('turn');
  });
});
