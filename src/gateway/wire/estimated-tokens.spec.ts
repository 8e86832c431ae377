import { estimatedTokens } from './estimated-tokens';

const picture = (bytes: number): object => ({
  type: 'input_image',
  image_url: `data:image/png;base64,${'A'.repeat(bytes)}`,
});

describe('the estimate of a request in tokens', () => {
  it.each<[string, unknown, number, number]>([
    ['nothing', undefined, 0, 0],
    ['a sentence', 'The quick brown fox jumps over the lazy dog.', 9, 13],
    ['a script with a token a sign', '你好，世界', 4, 6],
    [
      'a message',
      [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Tell me a joke.' }] }],
      5,
      14,
    ],
    [
      'sealed reasoning, which no model reads as text',
      { type: 'reasoning', encrypted_content: 'x'.repeat(4000) },
      0,
      5,
    ],
  ])('of %s is of the right size', (_, value, least, most) => {
    const tokens = estimatedTokens(value);
    expect([tokens >= least, tokens <= most]).toEqual([true, true]);
  });

  it('counts a picture as one, whatever its bytes', () => {
    expect(estimatedTokens(picture(1_000_000))).toBe(estimatedTokens(picture(100)));
  });
});
