import { upstreamErrorOfHttp } from './upstream-failure';

/** As providers and servers word them, by public reports and their documentation. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  context_length_exceeded: [
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens',
    "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
    'Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)',
    'invalid params, context window exceeds limit (2013)',
    'Range of input length should be [1, 30720]',
    'Request body too large for gpt-4o model. Max size: 8000 tokens.',
    'prompt token count of 140000 exceeds the limit of 128000',
    'The number of tokens in the prompt (9000) exceeds the model limit (8192)',
    'Conversation is too long for this model',
  ],
  image_not_accepted: [
    'At most 0 image(s) may be provided in one request.',
    "'messages.0' : for 'role:user' the following must be satisfied[('messages.0.content' : value must be a string)]",
    'At least one of the image dimensions exceed max allowed size: 8000 pixels',
    'The image data you provided does not represent a valid image.',
    'Error while downloading https://example.com/a.png.',
    "Invalid type for 'messages[0].content[1].type': expected 'text', got 'image_url'",
    'Image does not match the provided media type image/png',
    'cannot identify image file',
  ],
  content_filter: [
    '系统检测到输入或生成内容可能包含不安全或敏感内容',
    'Invalid prompt: your prompt was flagged as potentially violating our usage policy.',
    'Output blocked by content filtering policy',
    'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
    'input new_sensitive (1026)',
    'Your chosen model requires moderation and your input was flagged for "violence"',
  ],
  usage_limit_exceeded: [
    'Key limit exceeded (total limit). Manage it using https://example.com/keys',
    'Your team has either used all available credits or reached its monthly spending limit.',
    'Access denied, please make sure your account is in good standing.',
  ],
  model_not_found: [
    'The model `x` does not exist or you do not have access to it',
    'The provided model identifier is invalid.',
    'x is not a valid model ID',
    'Model Not Exist',
  ],
  invalid_history: [
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
    "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    'No tool output found for function call call_1.',
    'Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant',
    'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
    'messages.1.content.0: Invalid `signature` in `thinking` block',
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
    "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    'This model does not support assistant message prefill.',
  ],
  upstream_error: [
    'max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens',
    'max_tokens is too large: 100000. This model supports at most 16384 completion tokens',
    "Invalid schema for function 'draw': image is not a valid property",
  ],
};

const errorOf = (status: number, error: object) =>
  upstreamErrorOfHttp({ status, body: { error }, header: () => undefined, statusText: '' });

describe('the words of a refusal', () => {
  it.each(Object.entries(WORDS).flatMap(([code, words]) => words.map((message) => [code, message] as const)))(
    'mean %s: %s',
    (code, message) => {
      expect(errorOf(400, { message })).toMatchObject({ code, status: 400, retryable: false });
    },
  );

  it.each([
    [403, 'content_filter', 'Content violates usage guidelines.'],
    [404, 'image_not_accepted', 'No endpoints found that support image input'],
    [413, 'image_not_accepted', 'image exceeds 5 MB maximum'],
    [500, 'image_not_accepted', 'image input is not supported - hint: you may need to provide the mmproj'],
  ])('count whatever the status is, %i: %s, and have the one of a refused request', (status, code, message) => {
    expect(errorOf(status, { message })).toMatchObject({ code, status: 400, retryable: false });
  });

  it.each([
    [429, { message: 'Too many tokens, please wait before trying again.' }],
    [
      429,
      {
        message: 'Request too large on tokens per min (TPM): Limit 30000, Requested 40000.',
        code: 'rate_limit_exceeded',
      },
    ],
    [
      413,
      {
        message: 'Request too large on tokens per minute (TPM): please reduce the length of it',
        code: 'rate_limit_exceeded',
      },
    ],
  ])('about tokens a minute are a rate limit, %i %j', (status, error) => {
    expect(errorOf(status, error).code).toBe('rate_limit_exceeded');
  });
});
