import { isRepeat } from './message-repeat';

describe('a message under a clientMessageId that is known', () => {
  const content = [{ type: 'text' as const, text: 'hello' }];
  const stored = { content, options: { model: 'm', requestId: 'first', outputSchema: { type: 'object' } } };
  const input = { model: 'm', outputSchema: { type: 'object' } };

  it('is a repeat with the same text and options, whatever request brought it', () => {
    expect(isRepeat({ parts: content, input }, stored)).toBe(true);
  });

  it.each([
    ['another text', { parts: [{ type: 'text' as const, text: 'bye' }], input }],
    ['one part more', { parts: [...content, { type: 'uploaded' as const, uploadId: 'x' }], input }],
    ['another model', { parts: content, input: { ...input, model: 'n' } }],
    ['an effort', { parts: content, input: { ...input, effort: 'low' } }],
    ['another schema', { parts: content, input: { ...input, outputSchema: { type: 'string' } } }],
  ])('is another message with %s', (_, given) => {
    expect(isRepeat(given, stored)).toBe(false);
  });
});
