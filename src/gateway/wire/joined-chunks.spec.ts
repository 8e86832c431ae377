import { joinedFrames } from './delta-coalescing';
import { SseFrames } from './sse-frames';
import { COMPLETION_CHUNKS } from './joined-chunks';

const chunk = (delta: object, more: object = {}, choice: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...more })}\n\n`;
const DONE = 'data: [DONE]\n\n';

const through = (...pieces: readonly string[]): string => {
  const frames = new SseFrames();
  return pieces
    .flatMap((piece) => joinedFrames(frames.push(Buffer.from(piece)), COMPLETION_CHUNKS))
    .map(({ bytes }) => bytes.toString())
    .join('');
};

describe('the chunks of a completion stream', () => {
  it('are one where they came together and say only text', () => {
    const came = [chunk({ role: 'assistant', content: 'a' }), chunk({ content: 'b' }), chunk({ content: 'ü€' })].join(
      '',
    );
    expect(through(came + DONE)).toBe(chunk({ role: 'assistant', content: 'abü€' }) + DONE);
    const thoughts = ['x', 'y'].map((text) => chunk({ content: null, reasoning_content: text })).join('');
    expect(through(thoughts)).toBe(chunk({ content: null, reasoning_content: 'xy' }));
  });

  it('stay apart where they came one after another', () => {
    const [a, b] = [chunk({ content: 'a' }), chunk({ content: 'b' })];
    expect(through(a, b)).toBe(a + b);
    expect(through(a + b.slice(0, 9), b.slice(9))).toBe(a + b);
  });

  it.each([
    ['an end', chunk({ content: 'b' }, {}, { finish_reason: 'stop' })],
    ['a usage', chunk({ content: 'b' }, { usage: { total_tokens: 1 } })],
    ['log probabilities', chunk({ content: 'b' }, {}, { logprobs: { content: [] } })],
    ['another choice', chunk({ content: 'b' }, {}, { index: 1 })],
    ['a call', chunk({ tool_calls: [{ index: 0, id: 'x' }] })],
    ['a text and a call', chunk({ content: 'b', tool_calls: [{ index: 0, id: 'x' }] })],
    ['thoughts', chunk({ reasoning: 'b' })],
    ['a field nobody knows', chunk({ content: 'b' }, {}, { stop_sequence: 'x' })],
    ['an error', 'data: {"error":{"message":"busy"}}\n\n'],
    ['a comment', ': still there\n\n'],
  ])('stay apart where one carries %s', (_, other) => {
    const came = chunk({ content: 'a' }) + other + chunk({ content: 'c' });
    expect(through(came)).toBe(came);
  });
});
