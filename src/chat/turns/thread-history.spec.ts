import { newMessage, newTurn } from '../../../test/support/stored-turn';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { type MessageEntity, type MessageRole, type MessageStatus, textContent } from '../entities/message.entity';
import { missingFrom } from './thread-history';

const TURN = newTurn('chat');
const message = (id: string, role: MessageRole, text: string, status: MessageStatus = 'final'): MessageEntity => ({
  ...newMessage(TURN, role, text),
  ...{ id, status },
});
/** The agent's record of a turn: ids of the user's messages, and texts of the agent's. */
const record = (ids: readonly string[], texts: readonly string[]): AgentTurn => ({
  ...{ id: 'turn', status: 'completed', failure: null, texts, plans: [] },
  userMessages: ids.map((id) => ({ id, content: [] })),
});
const idsOf = (messages: readonly MessageEntity[]): string[] => messages.map(({ id }) => id);

describe('what the record of the agent lacks of a turn', () => {
  const asked = message('m1', 'user', 'hello');

  it('is not a plan that it has, whatever was said beside it', () => {
    const said = message('m2', 'assistant', 'I looked.');
    const plan = { ...message('m3', 'assistant', ''), content: textContent('First this.', true) };
    const has = record(['m1'], ['I looked.']);
    expect(missingFrom([asked, said, plan], { ...has, plans: ['First this.'] })).toEqual([]);
    expect(idsOf(missingFrom([asked, said, plan], has))).toEqual(['m3']);
  });

  it('is everything when it has no record of it', () => {
    const published = message('m2', 'assistant', 'Hel', 'partial');
    expect(idsOf(missingFrom([asked, published], null))).toEqual(['m1', 'm2']);
  });

  it('is not an answer that was cut off while it was published, which it has as a whole', () => {
    const published = message('m2', 'assistant', 'Hel', 'partial');
    expect(missingFrom([asked, published], record(['m1'], ['Hello!']))).toEqual([]);
  });

  it('is an answer that was cut off by what the user added, whose answer it has', () => {
    const messages = [
      asked,
      message('m2', 'assistant', 'Hel', 'partial'),
      message('m3', 'user', 'in French'),
      message('m4', 'assistant', 'Salut !'),
    ];
    expect(idsOf(missingFrom(messages, record(['m1', 'm3'], ['Salut !'])))).toEqual(['m2']);
  });
});
