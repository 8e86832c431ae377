import { frameFor, SseFrame } from '../wire/sse-frames';
import { UpstreamError } from '../wire/upstream.error';
import { CallTokens } from '../wire/usage';
import { NativeStream } from './native-stream';

const frame = (type: string, fields: object = {}): string =>
  frameFor(type, JSON.stringify({ type, sequence_number: 3, ...fields })).bytes.toString();
const CREATED = frame('response.created', { response: { id: 'r', status: 'in_progress' } });
const DELTA = frame('response.output_text.delta', { delta: 'a' });
const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
};
const TOKENS = { input: 10, cached: 4, output: 5, reasoning: 2 };
const COMPLETED = frame('response.completed', { response: { id: 'r', usage } });

/** One attempt whose events are recorded instead of sent. */
class Recorded {
  text = '';
  tokens: CallTokens | undefined;
  events = 0;
  readonly stream: NativeStream;

  constructor(failsFiltered = true) {
    this.stream = new NativeStream({
      writer: {
        relay: (frames: readonly SseFrame[]) => void frames.forEach(({ bytes }) => (this.text += String(bytes))),
      },
      metered: { usage: (tokens) => void (this.tokens = tokens) },
      onEvent: () => this.events++,
      profile: { failsFiltered },
    });
  }

  write(...texts: readonly string[]): this {
    for (const text of texts) this.stream.write(Buffer.from(text));
    return this;
  }
}

describe('the event stream of a provider with the Responses API', () => {
  it('is passed on byte for byte, wherever its chunks are cut, and its usage is read', () => {
    const complete = CREATED + DELTA + COMPLETED;
    for (const size of [1, 7, 50, 10_000]) {
      const recorded = new Recorded();
      for (let at = 0; at < complete.length; at += size) recorded.write(complete.slice(at, at + size));
      recorded.stream.end();
      expect(recorded.text).toBe(complete);
      expect(recorded.tokens).toEqual(TOKENS);
    }
  });

  it('counts events but no comments as life of the provider', () => {
    const recorded = new Recorded().write(': ping\n\n');
    expect(recorded.events).toBe(0);
    expect(recorded.write(CREATED, DELTA, ': ping\n\n')).toMatchObject({ events: 2 });
  });

  it('passes what came before a failure on, and not the failure, and reads the usage of it', () => {
    const recorded = new Recorded();
    const failed = frame('response.failed', { response: { error: { code: 'server_error', message: 'no' }, usage } });
    expect(() => recorded.write(CREATED + DELTA + failed)).toThrow(UpstreamError);
    expect(recorded).toMatchObject({ text: CREATED + DELTA, tokens: TOKENS });
    const other = new Recorded();
    expect(() => other.write(DELTA + frame('error', { message: 'no', code: 'invalid_prompt' }))).toThrow('no');
    expect(other.text).toBe(DELTA);
  });

  it('fails when its answer was filtered, for codex only', () => {
    const filtered = frame('response.incomplete', { response: { incomplete_details: { reason: 'content_filter' } } });
    expect(() => new Recorded().write(DELTA, filtered)).toThrow('content filter');
    expect(new Recorded(false).write(DELTA, filtered).text).toBe(DELTA + filtered);
    const long = frame('response.incomplete', { response: { incomplete_details: { reason: 'max_output_tokens' } } });
    expect(new Recorded().write(DELTA, long).text).toBe(DELTA + long);
  });

  it('has broken off when it ends without an end', () => {
    expect(() => new Recorded().write(CREATED, DELTA).stream.end()).toThrow('broke off');
  });
});
