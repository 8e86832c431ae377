import { CompletionChunks } from './completion-chunks';
import { frameData, SseFrames } from './sse-frames';

const chunk = (delta: object, finish_reason: unknown = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const DONE = 'data: [DONE]\n\n';

/** What clients of the chat completions API get of these events. */
function passed(...events: readonly string[]): string[] {
  const chunks = new CompletionChunks({ isSdk: false });
  const frames = new SseFrames().push(Buffer.from(events.join('')));
  const out = frames.flatMap((frame) => chunks.push(frame)).map(frameData);
  chunks.end();
  return out;
}

const contents = (events: readonly string[]): string =>
  events
    .flatMap((data) =>
      data.startsWith('{') ? (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices : [],
    )
    .map(({ delta }) => delta.content ?? '')
    .join('');

describe('CompletionChunks', () => {
  it('passes chunks of the usual form on as they came', () => {
    const chunks = new CompletionChunks({ isSdk: false });
    const frames = new SseFrames().push(
      Buffer.from([chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'stop'), DONE].join('')),
    );
    expect(frames.flatMap((frame) => chunks.push(frame))).toEqual(frames);
  });

  it('takes [DONE] for the end of an answer without a reason, and says so', () => {
    const out = passed(chunk({ content: 'all' }), DONE);
    expect(out.at(-1)).toBe('[DONE]');
    expect(JSON.parse(out.at(-2) ?? '')).toMatchObject({ id: 'c', choices: [{ index: 0, finish_reason: 'stop' }] });
  });

  it.each(['', 'null', null])('takes the reason %j for none', (reason) => {
    expect(() => passed(chunk({ content: 'half' }, reason))).toThrow('broke off its answer');
  });

  it('takes half a call for a cut, even before [DONE]', () => {
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'run', arguments: '{"cmd":' } };
    expect(() => passed(chunk({ tool_calls: [call] }), DONE)).toThrow('broke off its answer');
  });

  it('wants the end of each choice', () => {
    const second = 'data: {"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":null}]}\n\n';
    expect(() => passed(chunk({ content: 'a' }), second, chunk({}, 'stop'))).toThrow('broke off its answer');
  });

  it('tells the last words of a server that broke off', () => {
    expect(() => passed(chunk({ content: 'a' }), 'data: out of memory\n\n')).toThrow('failed: out of memory');
  });

  it('keeps the tokens of an attempt that failed', () => {
    const usage = '{"prompt_tokens":7,"completion_tokens":2}';
    const error = 'data: {"error":"dead"}\n\n';
    expect(() => passed(`data: {"choices":[],"usage":${usage}}\n\n`, error)).toThrow(
      expect.objectContaining({ tokens: { input: 7, cached: 0, output: 2, reasoning: 0 } }) as Error,
    );
  });

  it('gives a text whole characters, wherever it is cut', () => {
    const [high = '', low = ''] = '😀'.split('');
    const out = passed(
      ...['a', high, low, high, 'b', high].map((content) => chunk({ content })),
      chunk({}, 'stop'),
      DONE,
    );
    expect(contents(out)).toBe('a😀\ufffdb\ufffd');
  });

  it('keeps the digits of arguments that came as an object', () => {
    const call = '{"index":"0","id":"c1","function":{"name":"run","arguments":{"size":1234567890123456789}}}';
    const event = `data: {"choices":[{"index":0,"delta":{"tool_calls":[${call}]},"finish_reason":null}]}\n\n`;
    expect(passed(event, chunk({}, 'tool_calls'))[0]).toContain('{\\"size\\":1234567890123456789}');
  });

  it('tells parallel calls apart that all have the index 0', () => {
    const call = (id: string): object => ({
      index: 0,
      id,
      type: 'function',
      function: { name: 'run', arguments: '{}' },
    });
    const out = passed(chunk({ tool_calls: [call('a')] }), chunk({ tool_calls: [call('b')] }), chunk({}, 'tool_calls'));
    expect(out.slice(0, 2).map((data) => /"index":\d,"id":"\w"/.exec(data)?.[0])).toEqual([
      '"index":0,"id":"a"',
      '"index":1,"id":"b"',
    ]);
  });
});
