import { StreamTail } from './stream-tail';

const USAGE = '{"prompt_tokens":3,"completion_tokens":2,"prompt_cache_hit_tokens":1}';
const TOKENS = { input: 3, cached: 1, output: 2, reasoning: 0 };

function tailOf(...pieces: string[]): ReturnType<StreamTail['read']> {
  const tail = new StreamTail();
  for (const piece of pieces) tail.push(Buffer.from(piece));
  return tail.read();
}

describe('StreamTail', () => {
  it('reads the usage from the last chunks, across their cuts', () => {
    const text = `data: {"choices":[{"finish_reason":"stop"}],"usage":${USAGE}}\n\ndata: [DONE]\n\n`;
    const middle = text.indexOf('completion');
    expect(tailOf('x'.repeat(20_000), text.slice(0, middle), text.slice(middle))).toEqual({
      usage: TOKENS,
      hasEnd: true,
      hasFinish: true,
    });
  });

  it('takes the last usage that is one', () => {
    expect(tailOf(`{"usage":{"prompt_tokens":1}} {"x_groq":{"usage" : ${USAGE}}} {"usage":null}`).usage).toEqual(
      TOKENS,
    );
  });

  it('does not take what an answer says for its usage or its end', () => {
    const content = JSON.stringify({ content: `"usage":${USAGE} "finish_reason":"stop"\n\ndata: [DONE]\n\n` });
    expect(tailOf(`data: ${content}\n\n`)).toEqual({ usage: undefined, hasEnd: false, hasFinish: false });
  });

  it('keeps no more than the end of a long stream', () => {
    expect(tailOf(`"usage":${USAGE}`, ...Array.from({ length: 100 }, () => 'y'.repeat(1000))).usage).toBeUndefined();
  });
});
