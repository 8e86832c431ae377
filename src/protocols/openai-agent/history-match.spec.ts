import type { MessageEntity } from '../../chat/entities/message.entity';
import { turnOfHistory } from './history-match';

const message = (turnId: string, role: 'user' | 'assistant', text: string) =>
  ({ turnId, role, content: [{ type: 'text', text }] }) as Pick<MessageEntity, 'turnId' | 'role' | 'content'>;

/** The newest first. */
const STORED = [
  message('two', 'assistant', 'Second answer.'),
  message('two', 'user', 'and then'),
  message('one', 'assistant', 'First  answer,\nin two lines.'),
  message('one', 'user', '[told before]\n\nhello'),
];
const said = (...texts: string[]) =>
  texts.map((text, index) => ({ role: index % 2 === 0 ? ('user' as const) : ('assistant' as const), text }));
const found = (...texts: string[]) => turnOfHistory(said(...texts), STORED, 'the-chat');

describe('the history of a client', () => {
  it('ends at the turn whose answer it has last, whatever blocks a client shows around it', () => {
    expect(found('hello', 'First answer, in two lines.')).toBe('one');
    expect(found('hello', 'a', 'and then', '```console\n$ ls\n```\n\nSecond answer.\n')).toBe('two');
  });

  it('ends at a turn also where its answer was cut, or is missing', () => {
    expect(found('hello', 'First answer, in')).toBe('one');
    expect(found('hello', '', 'and then', '')).toBe('two');
  });

  it('ends at a turn that asks for an approval, by the link in the question', () => {
    expect(found('hello', 'x', 'and then', 'Decide: https://relay.test/#/chats/the-chat')).toBe('two');
  });

  it('is of another chat where the answer or the message is another', () => {
    expect(found('hello', 'Something else')).toBeUndefined();
    expect(found('good evening', 'Second answer.')).toBeUndefined();
  });
});
