import type { Database } from '../../database/database';
import { MessageEntity } from '../entities/message.entity';
import type { TurnEntity } from '../entities/turn.entity';
import { NO_PICTURES } from '../../../test/support/no-pictures';
import type { PublishedText } from '../event-log/published-text';
import { UnfinishedRows } from './unfinished-rows';

const TURN = { id: 'turn', chatId: 'chat', userId: 'ada' } as TurnEntity;

describe('UnfinishedRows', () => {
  /** How the messages of a turn end: those with these states were there, and "..." was published of each. */
  const endsOf = async (states: readonly string[], answer?: readonly string[], plans: readonly string[] = []) => {
    const rows = states.map((state, index) => {
      const [status, isPlan] = state.split(' ');
      const content = isPlan ? [{ type: 'text', text: '', plan: true }] : [];
      return { id: `m${index}`, turnId: TURN.id, status, content };
    });
    const find = (entity: unknown) => Promise.resolve(entity === MessageEntity ? rows : []);
    const read = { find, findBy: find };
    const published = {
      openReasoning: () => Promise.resolve([]),
      fill: (all: { content: { plan?: true }[] }[]) =>
        all.map((row) => ({ ...row, content: [{ ...row.content[0], type: 'text', text: '...' }] })),
    };
    const database = { untilRead: (work: (from: typeof read) => unknown) => work(read) };
    const unfinished = new UnfinishedRows(
      database as unknown as Database,
      published as unknown as PublishedText,
      NO_PICTURES,
    );
    const { events } = await unfinished.end(TURN, answer && { texts: answer, plans });
    return events.flatMap((event) => {
      if (event.type !== 'message.completed') return [];
      const { content, status } = event.data.message;
      const isPlan = content.some((part) => 'plan' in part);
      return [`${content.map((part) => ('text' in part ? part.text : '')).join('')} ${status}${isPlan ? ' plan' : ''}`];
    });
  };

  it('take the answer over, with messages that nobody had seen', async () => {
    expect(await endsOf(['final', 'streaming'], ['...', '...b', '...c'])).toEqual(['...b final', '...c final']);
  });

  it('keep what was published of messages without an answer', async () => {
    expect(await endsOf(['final', 'streaming'])).toEqual(['... partial']);
  });

  it('end every message of a turn, also those that the answer has no text for', async () => {
    expect(await endsOf(['streaming', 'streaming', 'final', 'streaming'], ['...a'])).toEqual([
      '...a final',
      '... partial',
      '... partial',
    ]);
  });

  it('give plans and messages each their own texts, in whichever order they began', async () => {
    expect(await endsOf(['streaming', 'streaming plan'], ['...said'], ['...planned', 'one more'])).toEqual([
      ...['...said final', '...planned final plan', 'one more final plan'],
    ]);
    expect(await endsOf(['streaming plan', 'streaming'])).toEqual(['... partial', '... partial plan']);
  });

  it('keep what was published of a message that was cut off, and give its place to no other text', async () => {
    expect(await endsOf(['streaming'], ['something else'])).toEqual(['... partial', 'something else final']);
  });
});
