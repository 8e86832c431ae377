import type { ContentPart, MessageEntity, MessageRole } from '../entities/message.entity';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { historyItems, unknownToCodex } from './history-items';

const said = (role: MessageRole, ...content: ContentPart[]) => ({ role, content }) as MessageEntity;
const text = (words: string): ContentPart => ({ type: 'text', text: words });
const image = (length: number, of = 'A'): ContentPart => ({ type: 'image', url: of.repeat(length) });

describe('what a thread is told of earlier messages', () => {
  it('holds texts and images, in their order', () => {
    expect(historyItems([said('user', image(3)), said('assistant', text('a cat')), said('user', text('no'))])).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'AAA' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a cat' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'no' }] },
    ]);
  });

  it('is of the newest texts that fit, without a gap', () => {
    const [oldest, long, newest] = [text('oldest'), text('x'.repeat(200_000)), text('newest')];
    const items = historyItems([said('user', oldest), said('user', long), said('user', newest)]);
    expect(JSON.stringify(items)).toContain('newest');
    expect(items).toHaveLength(1);
  });

  it('leaves out images that have no room, with the text beside them kept', () => {
    const items = historyItems([
      said('user', text('the first'), image(3_000_000, 'A')),
      said('user', text('the second'), image(3_000_000, 'B')),
    ]);
    expect(JSON.stringify(items)).toContain('the first');
    expect(JSON.stringify(items)).toMatch(/the second.*BBB/);
    expect(JSON.stringify(items)).not.toContain('AAA');
  });

  it('is nothing of a message without words', () => {
    expect(historyItems([said('assistant', text(''))])).toEqual([]);
  });
});

const message = (id: string, role: string, text: string, status = 'final'): MessageEntity =>
  ({ id, role, status, content: [{ type: 'text', text }] }) as unknown as MessageEntity;
/** Codex's record of a turn: ids of the user's messages, and texts of the agent's. */
const record = (clientIds: readonly string[], texts: readonly string[]): Turn =>
  ({
    items: [
      ...clientIds.map((clientId) => ({ type: 'userMessage', clientId })),
      ...texts.map((text) => ({ type: 'agentMessage', text })),
    ],
  }) as unknown as Turn;
const idsOf = (messages: readonly MessageEntity[]): string[] => messages.map(({ id }) => id);

describe('what codex lacks of a turn', () => {
  const asked = message('m1', 'user', 'hello');

  it('is everything when it has no record of it', () => {
    const published = message('m2', 'assistant', 'Hel', 'partial');
    expect(idsOf(unknownToCodex([asked, published], null))).toEqual(['m1', 'm2']);
  });

  it('is not an answer that was cut off while it was published, which it has as a whole', () => {
    const published = message('m2', 'assistant', 'Hel', 'partial');
    expect(unknownToCodex([asked, published], record(['m1'], ['Hello!']))).toEqual([]);
  });

  it('is an answer that was cut off by what the user added, whose answer it has', () => {
    const messages = [
      asked,
      message('m2', 'assistant', 'Hel', 'partial'),
      message('m3', 'user', 'in French'),
      message('m4', 'assistant', 'Salut !'),
    ];
    expect(idsOf(unknownToCodex(messages, record(['m1', 'm3'], ['Salut !'])))).toEqual(['m2']);
  });
});
