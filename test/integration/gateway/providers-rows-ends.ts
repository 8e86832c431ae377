import { anthropicError } from '../../support/scripted-anthropic';
import { googleError } from '../../support/scripted-google';
import { callsReply, deltasReply, errorReply, ScriptedReply, textReply } from '../../support/scripted-reply';
import { responsesFrames } from '../../support/scripted-responses';
import { PROVIDERS_KEY } from './providers-fixture';
import { DONE, echo, Row } from './providers-row';

/** A native stream: so many frames of a reply, then these. */
const native = (reply: ScriptedReply, count: number, ...events: readonly { type: string }[]): ScriptedReply => ({
  frames: [
    ...responsesFrames(reply, 0).slice(0, count),
    ...events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  ],
});
const failed = (code: string, message: string) => ({
  type: 'response.failed',
  sequence_number: 9,
  response: { id: 'resp_0', object: 'response', status: 'failed', output: [], error: { code, message } },
});
const incomplete = (reason: string) => ({
  type: 'response.incomplete',
  response: { id: 'resp_0', status: 'incomplete', output: [], incomplete_details: { reason } },
});

const CONTEXT_OVERFLOWS: readonly (readonly [string, ScriptedReply])[] = [
  [
    'openai',
    errorReply(400, 'Your input exceeds the context window of this model.', { code: 'context_length_exceeded' }),
  ],
  [
    'azure',
    errorReply(400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 129000"),
  ],
  ['anthropic', anthropicError(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')],
  [
    'anthropic',
    anthropicError(400, 'invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
  ],
  [
    'google',
    googleError(
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed.',
    ),
  ],
  [
    'groq',
    errorReply(400, 'Please reduce the length of the messages or completion.', { code: 'context_length_exceeded' }),
  ],
  [
    'deepseek',
    errorReply(400, "This model's maximum context length is 131072 tokens. However, you requested 131073 tokens"),
  ],
  [
    'mistral',
    errorReply(
      400,
      'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    ),
  ],
  ['xai', errorReply(400, "This model's maximum prompt length is 131072 but the request contains 131073 tokens.")],
  [
    'openrouter',
    errorReply(400, "This endpoint's maximum context length is 4096 tokens. However, you requested about 5000"),
  ],
  ['ollama', errorReply(400, 'the input length exceeds the context length')],
  ['vllm', errorReply(400, 'The decoder prompt (length 5000) is longer than the maximum model length of 4096.')],
];

/** How answers end early, and how calls fail. */
export const END_ROWS: readonly Row[] = [
  // Answers that end early.
  ...['anthropic:refusal', 'google:SAFETY', 'openai-compatible:content_filter'].map((each): Row => {
    const [backend = '', finishReason] = each.split(':');
    return {
      name: `the content filter of ${backend} stops the answer`,
      backend,
      replies: [textReply('unspeak', { finishReason })],
      error: 'content filter',
      requests: 1,
    };
  }),
  ...['anthropic:max_tokens', 'google:MAX_TOKENS', 'groq:length'].map((each): Row => {
    const [backend = '', finishReason] = each.split(':');
    return {
      name: `the answer of ${backend} is too long`,
      backend,
      replies: [textReply('half an ans', { finishReason })],
      answers: ['half an ans'],
      error: /./,
      requests: 1,
    };
  }),
  {
    name: "Anthropic's answer has no room left in the context",
    backend: 'anthropic',
    replies: [textReply('half', { finishReason: 'model_context_window_exceeded' })],
    error: /./,
    info: 'contextWindowExceeded',
  },
  {
    name: 'a native answer is filtered',
    backend: 'openai',
    replies: [native(textReply('unspeak'), 4, incomplete('content_filter'))],
    error: 'content filter',
    requests: 1,
  },
  // Errors inside a stream.
  {
    name: 'a native stream fails by overload before its output',
    backend: 'openai',
    replies: [native(DONE, 1, failed('server_is_overloaded', 'Overloaded. Try again in 20ms.')), DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: 'a native stream fails by overload in its text',
    backend: 'openai',
    replies: [native(deltasReply(3), 4, failed('server_is_overloaded', 'Overloaded')), DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: 'a native stream fails behind a finished message',
    backend: 'openai',
    replies: [native(textReply('said'), 4, failed('server_error', 'on fire')), DONE],
    answers: ['said'],
    error: 'on fire',
    requests: 1,
  },
  {
    name: 'a native stream tells an error event',
    backend: 'openai',
    replies: [native(DONE, 1, { type: 'error', ...{ code: 'invalid_prompt', message: 'bad words', param: null } })],
    error: 'bad words',
    requests: 1,
  },
  {
    name: 'a native stream overflows',
    backend: 'openai',
    replies: [native(DONE, 1, failed('context_length_exceeded', 'Your input exceeds the context window.'))],
    error: /./,
    info: 'contextWindowExceeded',
    requests: 1,
  },
  {
    name: 'a native stream ends without an end',
    backend: 'openai',
    replies: [native(deltasReply(3), 4), DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: 'a native stream comes byte by byte',
    backend: 'azure-v1',
    replies: [{ frames: [...responsesFrames(textReply('ünïcode ✓'), 0).join('')] }],
    answers: ['ünïcode ✓'],
  },
  {
    name: 'Anthropic is overloaded in its stream before its output',
    backend: 'anthropic',
    replies: [{ streamError: { type: 'overloaded_error', message: 'Overloaded' } }, DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: 'a stream ends without a finish in its text',
    backend: 'anthropic',
    replies: [deltasReply(5, { fault: { kind: 'close', afterFrames: 6 } }), DONE],
    answers: ['done'],
    requests: 2,
  },
  ...['deepseek', 'openrouter'].flatMap((backend): Row[] => [
    {
      name: `a stream of ${backend} is closed in its text`,
      backend,
      replies: [deltasReply(5, { fault: { kind: 'close', afterFrames: 4 } }), DONE],
      answers: ['done'],
      requests: 2,
    },
    {
      name: `a stream of ${backend} is closed in a call`,
      backend,
      replies: [callsReply([echo('half')], { argumentPieces: 4, fault: { kind: 'close', afterFrames: 3 } }), DONE],
      answers: ['done'],
      requests: 2,
      check: (bodies) => expect(bodies[1]?.includes('tool_call_id')).toBe(false),
    },
    {
      name: `a stream of ${backend} is empty`,
      backend,
      replies: [{ frames: [] }, DONE],
      answers: ['done'],
      requests: 2,
    },
  ]),
  {
    name: 'a stream of xAI is closed in its text',
    backend: 'xai',
    replies: [native(deltasReply(3), 4), DONE],
    answers: ['done'],
    requests: 2,
  },
  // Errors sent with HTTP 200.
  ...['openai', 'azure', 'google', 'deepseek', 'xai', 'openrouter'].flatMap((backend): Row[] => [
    {
      name: `${backend} tells with HTTP 200 that the money is used up`,
      backend,
      replies: [{ body: { error: { message: `no money for ${PROVIDERS_KEY}`, code: 'insufficient_quota' } } }],
      error: `Backend "${backend}" failed: no money for [key]`,
      requests: 1,
    },
    {
      name: `${backend} tells with HTTP 200 that it is overloaded`,
      backend,
      replies: [{ body: [{ error: { message: 'overloaded', code: 503 } }] }, DONE],
      answers: ['done'],
      requests: 2,
    },
  ]),
  {
    name: 'a native backend answers with a page',
    backend: 'openai',
    replies: [{ frames: ['\n<html>Welcome</html>'], headers: { 'content-type': 'text/html' } }],
    error: 'Backend "openai" answered with something that is no stream of events',
    requests: 1,
  },
  {
    name: 'a stream of events is labelled as JSON',
    backend: 'openai',
    replies: [textReply('fine', { headers: { 'content-type': 'application/json' } })],
    answers: ['fine'],
  },
  // Errors of HTTP.
  {
    name: 'Anthropic is overloaded (529) once',
    backend: 'anthropic',
    replies: [anthropicError(529, 'overloaded_error', 'Overloaded'), DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: "Anthropic refuses the key, in the provider's words",
    backend: 'anthropic',
    replies: [anthropicError(401, 'authentication_error', `invalid x-api-key ${PROVIDERS_KEY}`)],
    error: 'Backend "anthropic" answered HTTP 401: invalid x-api-key [key]',
    requests: 1,
  },
  {
    name: 'Gemini refuses the key with 400',
    backend: 'google',
    replies: [googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.')],
    error: 'API key not valid',
    requests: 1,
  },
  {
    name: "Gemini's rate limit says in words how long to wait",
    backend: 'google',
    replies: [googleError(429, 'RESOURCE_EXHAUSTED', 'Quota of requests is used up. Please retry in 0.2s.'), DONE],
    answers: ['done'],
    requests: 2,
  },
  {
    name: 'the money is used up',
    backend: 'openrouter',
    replies: [errorReply(402, 'This request requires more credits')],
    error: 'requires more credits',
    requests: 1,
  },
  {
    name: 'the model does not exist',
    backend: 'ollama',
    replies: [errorReply(404, "model 'm-1' not found")],
    error: "model 'm-1' not found",
    requests: 1,
  },
  {
    name: 'a proxy answers with a page',
    backend: 'vllm',
    replies: [{ status: 502, error: '<html>Bad gateway</html>' }, DONE],
    answers: ['done'],
    requests: 2,
  },
  ...CONTEXT_OVERFLOWS.map(([backend, reply], index): Row => ({
    name: `the context of ${backend} overflows (${index})`,
    backend,
    replies: [reply],
    error: /./,
    info: 'contextWindowExceeded',
    requests: 1,
  })),
];
