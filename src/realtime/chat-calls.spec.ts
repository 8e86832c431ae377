import type { ApprovalAnswers } from '../chat/approval-answers';
import type { ChatDirectory } from '../chat/chat-directory';
import type { ChatStop } from '../chat/chat-stop';
import type { MessageIntake } from '../chat/message-intake';
import type { TurnControl } from '../chat/turn-control';
import { notFound } from '../common/domain.error';
import { ChatCalls } from './chat-calls';

const [ADA, BOB] = [
  { id: 'ada', isAdmin: false },
  { id: 'bob', isAdmin: true },
];

describe('ChatCalls', () => {
  /** A chat of Ada's. */
  const directory = {
    find: ({ id }: { id: string }, chatId: string) =>
      id === ADA.id ? Promise.resolve({ id: chatId, userId: id }) : Promise.reject(notFound('chat', chatId)),
  } as unknown as ChatDirectory;
  const asked: unknown[][] = [];
  const note = (...args: unknown[]): Promise<object> => {
    asked.push(args);
    return Promise.resolve({});
  };
  const calls = new ChatCalls(
    directory,
    { accept: note } as unknown as MessageIntake,
    { steer: note } as unknown as TurnControl,
    { interrupt: note } as unknown as ChatStop,
    { answer: note } as unknown as ApprovalAnswers,
  );

  beforeEach(() => void asked.splice(0));

  it('let nobody but its user into the room of a chat', async () => {
    await expect(calls.join(ADA, { chatId: 'c', after: 3 })).resolves.toEqual({
      ...{ chat: { chatId: 'c', userId: 'ada' }, after: 3 },
    });
    await expect(calls.join(BOB, { chatId: 'c' })).rejects.toMatchObject({ code: 'chat_not_found' });
  });

  it('ask on behalf of the user of the socket, whoever the call names', async () => {
    await calls.send(ADA, { chatId: 'c', content: 'hello', clientMessageId: 'x' });
    await calls.interrupt(ADA, { chatId: 'c', queue: 'hold' });
    await calls.steer(ADA, { chatId: 'c', content: 'more' });
    await calls.respond(ADA, { approvalId: 'a', decision: 'accept' });
    expect(asked).toEqual([
      [ADA, 'c', { content: 'hello', clientMessageId: 'x' }],
      [ADA, 'c', 'hold'],
      [ADA, 'c', 'more'],
      [ADA, 'a', { decision: 'accept' }],
    ]);
  });

  it.each([undefined, null, 'c', {}, { chatId: '' }, { chatId: 'c', after: -1 }, { chatId: 'c', after: 1.5 }])(
    'refuse a call that is none: %j',
    async (call) => {
      await expect(calls.join(ADA, call)).rejects.toMatchObject({ code: 'validation_failed' });
    },
  );
});
