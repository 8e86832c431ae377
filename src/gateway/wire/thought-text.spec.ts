import { ThoughtText } from './thought-text';

function read(text: string, size: number): { text: string; thought: string } {
  const thoughts = new ThoughtText();
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const all = [...pieces.flatMap((piece) => thoughts.push(piece)), ...thoughts.end()];
  const of = (wanted: string): string => all.map((each) => (each.kind === wanted ? each.text : '')).join('');
  return { text: of('text'), thought: of('thought') };
}

describe('ThoughtText', () => {
  it.each([1, 2, 3, 5, 100])('tells thoughts from the text behind them, in pieces of %i', (size) => {
    const { text, thought } = read('<think>\none < two </thin\n</think>\n\nfine </think>', size);
    expect([text, thought.trim()]).toEqual(['fine </think>', 'one < two </thin']);
  });

  it.each([1, 4, 100])('leaves a text alone that does not begin with thoughts, in pieces of %i', (size) => {
    expect(read(' <thin ice> <think>no</think>', size)).toEqual({ text: ' <thin ice> <think>no</think>', thought: '' });
  });

  it('takes thoughts that never end for thoughts, and half a mark for text', () => {
    expect(read('<think>for ever', 3)).toEqual({ text: '', thought: 'for ever' });
    expect(read('<thi', 2)).toEqual({ text: '<thi', thought: '' });
  });
});
