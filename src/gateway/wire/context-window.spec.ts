import { contextWindowField, contextWindowIn } from './context-window';

/** What providers say of a request that is too long, and the window that they tell of. */
const WORDS: readonly (readonly [words: string, window: number | undefined])[] = [
  ["This model's maximum context length is 8192 tokens. However, your messages resulted in 10000 tokens.", 8192],
  [
    "This model's maximum context length is 128,000 tokens. However, you requested 140000 tokens (1 in the prompt).",
    128_000,
  ],
  ['prompt is too long: 210000 tokens > 200000 maximum', 200_000],
  ['input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length', 200_000],
  ['request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it', 4096],
  ['The input token count (70000) exceeds the maximum number of tokens allowed (60000).', 60_000],
  ['The input token count exceeds the maximum number of tokens allowed 1048576.', 1_048_576],
  ['Prompt contains 70000 tokens, too large for model with 32768 maximum context length', 32_768],
  ["This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 131_072],
  ['The prompt is too long: 40000, model maximum context length: 32768', 32_768],
  ['the model is loaded with context length of only 4096 tokens, which is not enough', 4096],
  ["You passed 40000 input tokens. However, the model's context length is only 32768 tokens", 32_768],
  ['Your request exceeded model token limit: 8192 (requested: 9000)', 8192],
  ['Range of input length should be [1, 30720]', 30_720],
  ['input length exceeds the context length', undefined],
  ['Input is too long for requested model.', undefined],
  ['Please reduce the length of the messages or completion.', undefined],
  ['maximum context length is 3', undefined],
];

describe('the context window in a refusal', () => {
  it.each(WORDS)('of "%s" is %s', (words, window) => expect(contextWindowIn(words)).toBe(window));

  it('is taken from the field of llama.cpp, too', () => {
    const error = { code: 400, message: 'exceeds the available context size', n_prompt_tokens: 5000, n_ctx: 4096 };
    expect(contextWindowField({ error })).toBe(4096);
    expect(contextWindowField(JSON.stringify({ error }))).toBe(4096);
    expect([{}, 'no JSON', { error: { n_ctx: 'much' } }].map(contextWindowField)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
