import { lastUsage } from './last-usage';

const USAGE = '{"prompt_tokens":3,"completion_tokens":2,"prompt_cache_hit_tokens":1}';
const TOKENS = { input: 3, cached: 1, output: 2, reasoning: 0 };

describe('lastUsage', () => {
  it('takes the last usage that is one', () => {
    expect(lastUsage(`{"usage":{"prompt_tokens":1}} {"x_groq":{"usage" : ${USAGE}}} {"usage":null}`)).toEqual(TOKENS);
  });

  it('does not take what an answer says for its usage', () => {
    expect(lastUsage(JSON.stringify({ content: `"usage":${USAGE}` }))).toBeUndefined();
  });
});
