import { BOTH_APIS, Seen, WAYS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const FAMILY = ['openai', 'azure', 'azure-dated', 'openai-compatible', 'mistral', 'openrouter', 'groq', 'xai'];
const openAi = (message: string, more: object = {}): object => ({
  status: 400,
  error: { error: { message, type: 'invalid_request_error', param: null, code: null, ...more } },
});
const FILTERS: readonly (readonly [string, object])[] = [
  ['content_filter', openAi('The response was filtered.', { code: 'content_filter' })],
  ['content_policy_violation', openAi('It violates our policy.', { code: 'content_policy_violation' })],
  [
    'data_inspection_failed',
    openAi('Input data may contain inappropriate content.', { code: 'data_inspection_failed' }),
  ],
  ['moderation_blocked', openAi('Your request was rejected.', { code: 'moderation_blocked' })],
  [
    'ResponsibleAIPolicyViolation',
    openAi('The prompt triggered the policy.', { code: 'ResponsibleAIPolicyViolation' }),
  ],
  ['sensitive words', openAi('Content Exists Risk')],
];
const RAW = JSON.stringify({ error: { message: 'the real words', code: 'content_filter' } });

contractSuite(__filename, 'the code and words of a refusal', {
  rows: [
    ...FILTERS.map(([code, reply]) => ({
      name: `of a content filter are content_filter: ${code}`,
      ...{ on: FAMILY, ways: BOTH_APIS },
      replies: reply,
      answers: [{ status: 'failed' as const, code: 'content_filter' }],
    })),
    ...FILTERS.map(([code, reply]) => ({
      name: `of a content filter are content_filter in a chat: ${code}`,
      ...{ on: ['openai', 'openai-compatible'], ways: ['chat' as const] },
      replies: reply,
      answers: [{ status: 'failed' as const, code: 'content_filter' }],
    })),
    {
      name: "are those behind OpenRouter's metadata.raw",
      ...{ on: ['openrouter'], ways: WAYS },
      replies: {
        status: 400,
        error: {
          error: { message: 'Provider returned error', code: 400, metadata: { raw: RAW, provider_name: 'Azure' } },
        },
      },
      answers: [{ status: 'failed', code: 'content_filter', message: /the real words/ }],
    },
    {
      name: "are those behind OpenRouter's metadata.raw, when it is plain text",
      ...{ on: ['openrouter'], ways: WAYS },
      replies: {
        status: 400,
        error: { error: { message: 'Provider returned error', code: 400, metadata: { raw: 'the plain words' } } },
      },
      answers: [{ status: 'failed', message: /the plain words/ }],
    },
    {
      name: 'of an empty account keep insufficient_quota',
      ...{ on: FAMILY, ways: BOTH_APIS },
      replies: {
        ...openAi('You exceeded your current quota.', { code: 'insufficient_quota', type: 'insufficient_quota' }),
        status: 429,
      },
      answers: [{ status: 'failed', code: 'insufficient_quota' }],
    },
    {
      name: 'keep the field that is wrong',
      ...{ on: FAMILY, ways: ['responses', ...BOTH_APIS.slice(2)] },
      replies: openAi("Unsupported value: 'top_p'.", { param: 'top_p', code: 'unsupported_value' }),
      answers: [{ status: 'failed', param: 'top_p', code: 'unsupported_value' }],
    },
    ...['invalid_value', 'unsupported_parameter', 'model_not_found', 'invalid_image', 'rate_limit_exceeded'].map(
      (code) => ({
        name: `keep a code that OpenAI documents: ${code}`,
        ...{ on: ['openai', 'azure', 'openai-compatible', 'openrouter'], ways: BOTH_APIS },
        replies: openAi('This is not right.', { code }),
        check: ({ answers: [answer] }: Seen) => {
          expect(answer?.status).toBe('failed');
          expect([code, 'image_not_accepted']).toContain(answer?.code);
        },
      }),
    ),
    {
      name: 'are words, and no JSON',
      ...{ on: FAMILY, ways: WAYS },
      replies: { status: 400, error: { error: { reason: { text: 'no such thing' } } } },
      check: ({ answers: [answer] }) => {
        expect(answer?.message).toContain('no such thing');
        expect(answer?.message).not.toMatch(/[{}]/);
      },
    },
    {
      name: 'are words where the message is JSON itself',
      ...{ on: FAMILY, ways: WAYS },
      replies: openAi(JSON.stringify({ error: { message: 'inner words', code: 400 } })),
      check: ({ answers: [answer] }) => {
        expect(answer?.message).toContain('inner words');
        expect(answer?.message).not.toMatch(/[{}]/);
      },
    },
    {
      name: 'of a call id that is too long are no full context',
      ...{ on: FAMILY, ways: BOTH_APIS },
      replies: openAi("Invalid 'messages[2].tool_calls[0].id': string too long.", { code: 'string_above_max_length' }),
      answers: [{ status: 'failed', code: 'string_above_max_length' }],
    },
  ],
});
