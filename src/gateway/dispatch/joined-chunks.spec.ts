import { withJoinedChunks } from './joined-chunks';

const chunk = (delta: object, more: object = {}, choice: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...more })}\n\n`;
const DONE = 'data: [DONE]\n\n';

async function through(...pieces: readonly string[]): Promise<string> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(Buffer.from(piece));
      controller.close();
    },
  });
  return new Response(withJoinedChunks(stream)).text();
}

describe('the chunks of a chat stream', () => {
  it('are one where they came together and say only text', async () => {
    const came = [chunk({ role: 'assistant', content: 'a' }), chunk({ content: 'b' }), chunk({ content: 'ü€' })].join(
      '',
    );
    expect(await through(came + DONE)).toBe(chunk({ role: 'assistant', content: 'abü€' }) + DONE);
    const thoughts = ['x', 'y'].map((text) => chunk({ content: null, reasoning_content: text })).join('');
    expect(await through(thoughts)).toBe(chunk({ content: null, reasoning_content: 'xy' }));
  });

  it('stay apart where they came one after another', async () => {
    const [a, b] = [chunk({ content: 'a' }), chunk({ content: 'b' })];
    expect(await through(a, b)).toBe(a + b);
    expect(await through(a + b.slice(0, 9), b.slice(9))).toBe(a + b);
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
  ])('stay apart where one carries %s', async (_, other) => {
    const came = chunk({ content: 'a' }) + other + chunk({ content: 'c' });
    expect(await through(came)).toBe(came);
  });

  it('are passed on to the last byte when the stream breaks off', async () => {
    const came = chunk({ content: 'a' }) + 'data: {"choi';
    expect(await through(came)).toBe(came);
  });
});
