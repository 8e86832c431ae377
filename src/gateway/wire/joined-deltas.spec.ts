import { joinedFrames } from './delta-coalescing';
import { frameData, frameFor, SseFrame, SseFrames } from './sse-frames';
import { RESPONSE_DELTAS } from './joined-deltas';

const TEXT = 'response.output_text.delta';
const place = { item_id: 'i', output_index: 0, content_index: 0 };
let sequence_number = 0;
const frame = (type: string, fields: object): SseFrame =>
  frameFor(type, JSON.stringify({ type, sequence_number: sequence_number++, ...fields }));
const told = (frames: readonly SseFrame[]): unknown[] =>
  joinedFrames(frames, RESPONSE_DELTAS).map((each) => JSON.parse(frameData(each)) as unknown);

describe('the deltas of a stream', () => {
  it('are one where they follow each other and belong to the same text', () => {
    const frames = ['a', 'b', 'ü€'].map((delta) => frame(TEXT, { ...place, delta, logprobs: [{ token: delta }] }));
    const logprobs = ['a', 'b', 'ü€'].map((token) => ({ token }));
    const done = frame('response.output_text.done', { ...place, text: 'abü€' });
    expect(told([...frames, done])).toMatchObject([
      { type: TEXT, ...place, delta: 'abü€', logprobs },
      { type: 'response.output_text.done' },
    ]);
  });

  it('are joined to a length that is bounded, and lose nothing', () => {
    const frames = Array.from({ length: 2_000 }, (_, index) => frame(TEXT, { ...place, delta: `${index} ` }));
    const deltas = (told(frames) as { delta: string }[]).map(({ delta }) => delta);
    expect(deltas.join('')).toBe(Array.from({ length: 2_000 }, (_, index) => `${index} `).join(''));
    expect(Math.max(...deltas.map(({ length }) => length))).toBeLessThanOrEqual(512);
    expect(deltas.length).toBeLessThan(30);
  });

  it.each([
    ['other items', { item_id: 'j' }],
    ['other parts of an item', { content_index: 1 }],
    ['other summaries', { summary_index: 1 }],
  ])('of %s stay apart', (_, other) => {
    const frames = [frame(TEXT, { ...place, delta: 'a' }), frame(TEXT, { ...place, ...other, delta: 'b' })];
    expect(joinedFrames(frames, RESPONSE_DELTAS)).toEqual(frames);
  });

  it('stay apart where something else comes between, and where one is of another kind or is none', () => {
    const frames = [
      frame(TEXT, { ...place, delta: 'a' }),
      ...new SseFrames().push(Buffer.from(': comment\n\n')),
      frame(TEXT, { ...place, delta: 'b' }),
      frame('response.reasoning_summary_text.delta', { ...place, delta: 'c' }),
      frame(TEXT, { ...place, delta: 5 }),
      frameFor(TEXT, 'no JSON'),
      frame(TEXT, { ...place, delta: 'd' }),
    ];
    expect(joinedFrames(frames, RESPONSE_DELTAS)).toEqual(frames);
  });
});
