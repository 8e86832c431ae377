import { AmazonEvents } from './amazon-events';

/** A message without headers; its checksums are nobody's concern here. */
function message(payload: string): Buffer {
  const bytes = Buffer.alloc(16 + payload.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(payload, 12);
  return bytes;
}

describe("a stream of Amazon's events", () => {
  const USAGE = { inputTokens: 7, outputTokens: 5, cacheReadInputTokens: 2, cacheWriteInputTokens: 1 };
  const stream = Buffer.concat(
    ['{"delta":{"text":"a"}}', JSON.stringify({ usage: USAGE }), '{"delta":{}}'].map(message),
  );

  it.each([1, 3, 20, 1000])('tells its tokens in pieces of %d bytes', (size) => {
    const events = new AmazonEvents();
    for (let at = 0; at < stream.length; at += size) events.push(stream.subarray(at, at + size));
    expect(events.usage).toEqual({ input: 10, cached: 2, output: 5, reasoning: 0 });
  });

  it('is ended by an event that says it is longer than any is', () => {
    const long = Buffer.alloc(12);
    long.writeUInt32BE(33 * 1024 * 1024, 0);
    expect(() => new AmazonEvents().push(long)).toThrow('sent an event without an end');
  });
});
