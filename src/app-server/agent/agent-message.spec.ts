import { AgentContent, historyItems, HistoryMessage } from './agent-message';

const said = (role: HistoryMessage['role'], ...content: AgentContent[]): HistoryMessage => ({ role, content });
const text = (words: string): AgentContent => ({ type: 'text', text: words });
const image = (length: number, of = 'A'): AgentContent => ({ type: 'image', url: of.repeat(length) });

describe('the history that a thread is given', () => {
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
