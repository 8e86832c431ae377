import { CallTokens } from '../accounts/metered-call';
import { UpstreamError } from '../wire/upstream.error';
import { NativeRelay } from './native-relay';

const frame = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 3, ...fields })}\n\n`;
const CREATED = frame('response.created', { response: { id: 'r', status: 'in_progress' } });
const DELTA = frame('response.output_text.delta', { delta: 'a' });
const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
};
const COMPLETED = frame('response.completed', { response: { id: 'r', usage } });
const item = (type: string): string => frame('response.output_item.done', { item: { type } });

class Passage {
  text = '';
  readonly tokens: CallTokens[] = [];
  readonly relay: NativeRelay;
  hasBegun = false;
  events = 0;

  constructor(failsFiltered = true) {
    this.relay = new NativeRelay({
      write: (frames) => (this.text += Buffer.concat(frames.map(({ bytes }) => bytes)).toString()),
      onUsage: (tokens) => void this.tokens.push(tokens),
      onEvent: () => this.events++,
      failsFiltered,
      hasBegun: () => this.hasBegun,
    });
  }

  write(...texts: readonly string[]): this {
    for (const text of texts) this.relay.write(Buffer.from(text));
    return this;
  }
}

describe('NativeRelay', () => {
  it('passes events on byte for byte, wherever the chunks are cut, and reads the usage', () => {
    const whole = CREATED + DELTA + COMPLETED;
    for (const size of [1, 7, 50, 10_000]) {
      const passage = new Passage();
      for (let at = 0; at < whole.length; at += size) passage.write(whole.slice(at, at + size));
      passage.relay.end();
      expect(passage.text).toBe(whole);
      expect(passage.tokens).toEqual([{ input: 10, cached: 4, output: 5, reasoning: 2 }]);
    }
  });

  it('holds the first events until there is output, so that a failure can be repeated', () => {
    const passage = new Passage().write(CREATED);
    expect([passage.text, passage.relay.hasOutput]).toEqual(['', false]);
    const failure = frame('response.failed', {
      response: { error: { code: 'server_is_overloaded', message: 'busy' } },
    });
    expect(() => passage.write(failure)).toThrow(UpstreamError);
    expect(passage.text).toBe('');
  });

  it('gives signs of life between two events, once the provider has said anything', () => {
    const passage = new Passage();
    passage.relay.keepAlive();
    expect(passage.text).toBe('');
    passage.write(CREATED, DELTA.slice(0, 20));
    passage.relay.keepAlive();
    const beat = frame('response.in_progress', { response: { id: 'r', status: 'in_progress' } });
    expect(passage.text).toBe(CREATED + beat);
    passage.write(DELTA.slice(20) + COMPLETED);
    expect(passage.text).toBe(CREATED + beat + DELTA + COMPLETED);
    passage.relay.keepAlive();
    expect(passage.text).toBe(CREATED + beat + DELTA + COMPLETED);
  });

  it('takes a comment for no word of the provider, before the answer and in it', () => {
    const passage = new Passage().write(': ping\n\n');
    expect(passage.events).toBe(0);
    expect(passage.write(CREATED, DELTA).events).toBe(2);
    expect(passage.relay.write(Buffer.from(': ping\n\n'))).toBe(false);
    expect([passage.events, passage.text]).toEqual([2, CREATED + DELTA + ': ping\n\n']);
    expect(passage.relay.write(Buffer.from(DELTA))).toBe(true);
  });

  it('does not begin a response twice for a client that was given a sign before the provider spoke', () => {
    const passage = new Passage();
    expect(passage.relay.keepAlive()).toBe(false);
    passage.hasBegun = true;
    expect(passage.write(CREATED, DELTA, COMPLETED).text).toBe(DELTA + COMPLETED);
  });

  it('knows whether a repeat would send something twice', () => {
    expect(new Passage().write(CREATED, DELTA, item('reasoning')).relay.hasFinishedItems).toBe(false);
    expect(new Passage().write(CREATED, DELTA, item('function_call')).relay.hasFinishedItems).toBe(true);
  });

  it('passes what came before a failure on, and not the failure', () => {
    const passage = new Passage();
    expect(() => passage.write(CREATED + DELTA + frame('error', { message: 'no', code: 'invalid_prompt' }))).toThrow(
      'no',
    );
    expect(passage.text).toBe(CREATED + DELTA);
  });

  it('fails a filtered answer for codex only', () => {
    const filtered = frame('response.incomplete', { response: { incomplete_details: { reason: 'content_filter' } } });
    expect(() => new Passage().write(DELTA, filtered)).toThrow('content filter');
    expect(new Passage(false).write(DELTA, filtered).text).toBe(DELTA + filtered);
    const long = frame('response.incomplete', { response: { incomplete_details: { reason: 'max_output_tokens' } } });
    expect(new Passage().write(DELTA, long).text).toBe(DELTA + long);
  });

  it('does not take a stream without an end for a whole one', () => {
    expect(() => new Passage().write(CREATED, DELTA).relay.end()).toThrow('broke off');
  });
});
