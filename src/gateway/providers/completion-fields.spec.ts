import { JsonObject } from '../wire/json';
import { completionFieldChanges } from './completion-fields';

const TOOLS = [{ type: 'function', function: { name: 'f' } }];

describe('the fields of a completion', () => {
  it.each<[string, JsonObject, object]>([
    ['openai-compatible', { store: true, seed: 1, n: 2 }, {}],
    ['mistral', { max_completion_tokens: 5 }, { max_completion_tokens: undefined, max_tokens: 5 }],
    ['mistral', { seed: 7, n: 2 }, { seed: undefined, random_seed: 7 }],
    ['mistral', { logprobs: false, logit_bias: {} }, { logprobs: undefined, logit_bias: undefined }],
    ['deepseek', { user: 'a', parallel_tool_calls: true }, { user: undefined, parallel_tool_calls: undefined }],
    ['deepseek', { parallel_tool_calls: false }, { parallel_tool_calls: undefined }],
    ['groq', { n: 1, service_tier: 'default' }, { n: undefined, service_tier: undefined }],
  ])('go to %s as its API has them: %j', (type, body, changes) => {
    expect(completionFieldChanges(type, body)).toStrictEqual(changes);
  });

  it.each<[string, JsonObject, string]>([
    ['mistral', { logprobs: true }, 'logprobs'],
    ['deepseek', { parallel_tool_calls: false, tools: TOOLS }, 'parallel_tool_calls'],
    ['ollama', { n: 2 }, 'n'],
    ['anthropic', { logit_bias: { 5: 1 } }, 'logit_bias'],
    ['bedrock', { n: 2 }, 'n'],
    ['google', { parallel_tool_calls: false, tools: TOOLS }, 'parallel_tool_calls'],
  ])('are refused by their name where %s would lose them: %j', (type, body, param) => {
    expect(() => completionFieldChanges(type, body)).toThrow(expect.objectContaining({ status: 400, param }) as Error);
  });
});
