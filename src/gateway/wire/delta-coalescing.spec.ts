import { coalesceDeltas, COMPLETION_CHUNKS, RESPONSE_DELTAS } from './delta-coalescing';
import { frameData, frameFor, SseFrame, SseFrames } from './sse-frames';

const TEXT = 'response.output_text.delta';
const position = { item_id: 'i', output_index: 0, content_index: 0 };
let sequence_number = 0;
const frame = (type: string, fields: object): SseFrame =>
  frameFor(type, JSON.stringify({ type, sequence_number: sequence_number++, ...fields }));
const eventsOf = (frames: readonly SseFrame[]): unknown[] =>
  coalesceDeltas(frames, RESPONSE_DELTAS).map((each) => JSON.parse(frameData(each)) as unknown);

describe('the deltas of a stream', () => {
  it('are one where they follow each other and belong to the same text', () => {
    const frames = ['a', 'b', 'ü€'].map((delta) => frame(TEXT, { ...position, delta, logprobs: [{ token: delta }] }));
    const logprobs = ['a', 'b', 'ü€'].map((token) => ({ token }));
    const done = frame('response.output_text.done', { ...position, text: 'abü€' });
    expect(eventsOf([...frames, done])).toMatchObject([
      { type: TEXT, ...position, delta: 'abü€', logprobs },
      { type: 'response.output_text.done' },
    ]);
  });

  it('are joined to a length that is bounded, and lose nothing', () => {
    const frames = Array.from({ length: 2_000 }, (_, index) => frame(TEXT, { ...position, delta: `${index} ` }));
    const deltas = (eventsOf(frames) as { delta: string }[]).map(({ delta }) => delta);
    expect(deltas.join('')).toBe(Array.from({ length: 2_000 }, (_, index) => `${index} `).join(''));
    expect(Math.max(...deltas.map(({ length }) => length))).toBeLessThanOrEqual(512);
    expect(deltas.length).toBeLessThan(30);
  });

  it.each([
    ['other items', { item_id: 'j' }],
    ['other parts of an item', { content_index: 1 }],
    ['other summaries', { summary_index: 1 }],
  ])('of %s stay apart', (_, other) => {
    const frames = [frame(TEXT, { ...position, delta: 'a' }), frame(TEXT, { ...position, ...other, delta: 'b' })];
    expect(coalesceDeltas(frames, RESPONSE_DELTAS)).toEqual(frames);
  });

  it('stay apart where something else comes between, and where one is of another kind or is none', () => {
    const frames = [
      frame(TEXT, { ...position, delta: 'a' }),
      ...new SseFrames().push(Buffer.from(': comment\n\n')),
      frame(TEXT, { ...position, delta: 'b' }),
      frame('response.reasoning_summary_text.delta', { ...position, delta: 'c' }),
      frame(TEXT, { ...position, delta: 5 }),
      frameFor(TEXT, 'no JSON'),
      frame(TEXT, { ...position, delta: 'd' }),
    ];
    expect(coalesceDeltas(frames, RESPONSE_DELTAS)).toEqual(frames);
  });
});

const chunk = (delta: object, more: object = {}, choice: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...more })}\n\n`;
const DONE = 'data: [DONE]\n\n';

const through = (...pieces: readonly string[]): string => {
  const frames = new SseFrames();
  return pieces
    .flatMap((piece) => coalesceDeltas(frames.push(Buffer.from(piece)), COMPLETION_CHUNKS))
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
