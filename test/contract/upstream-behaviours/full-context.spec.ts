import { textReply } from '../../support/scripted-reply';
import { BOTH_APIS, WAYS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { holds, spokenCharacters } from '../support/provider-rule';

const LONG = 'lorem ipsum '.repeat(8_000);
const CODE = 'context_length_exceeded';

/** What providers say of a window of 60,000 tokens. */
const WORDS: readonly (readonly [on: string, words: string, code?: string])[] = [
  [
    'openai',
    "This model's maximum context length is 60000 tokens. However, your messages resulted in 70000 tokens.",
    CODE,
  ],
  ['vllm', "This model's maximum context length is 60000 tokens. However, you requested 70000 tokens."],
  ['openai-compatible', 'the request exceeds the available context size (60000 tokens)'],
  ['ollama', 'input length exceeds the context length'],
  ['anthropic', 'prompt is too long: 70000 tokens > 60000 maximum'],
  ['google', 'The input token count (70000) exceeds the maximum number of tokens allowed (60000).'],
  ['mistral', 'Prompt contains 70000 tokens, too large for model with 60000 maximum context length'],
  ['bedrock', 'Input is too long for requested model.'],
];

const CHATTING = ['openai', 'vllm', 'anthropic', 'mistral'];
const isTooLong = (messages: Parameters<typeof spokenCharacters>[0]): boolean => spokenCharacters(messages) > 150_000;

contractSuite(__filename, 'a context that the backends file does not tell of', {
  rows: [
    ...WORDS.map(([on, words, code]) => ({
      name: `is told as ${CODE} when ${on} says "${words.slice(0, 60)}"`,
      ...{ on: [on], ways: BOTH_APIS, rules: [holds(60_000, words, code)] },
      steps: [{ say: LONG }],
      answers: [{ status: 'failed' as const, code: CODE }],
    })),
    ...WORDS.filter(([on]) => CHATTING.includes(on)).map(([on, words, code]) => ({
      name: `does not end a chat for good when ${on} says "${words.slice(0, 60)}"`,
      ...{ on: [on], ways: ['chat' as const], rules: [holds(150_000, words, code)] },
      replies: textReply('fine'),
      steps: [{ say: LONG }, { say: LONG }, { say: 'hello' }, { say: 'still there' }],
      answers: ['fine', {}, 'fine', 'fine'],
    })),
    {
      name: 'does not end a chat whose messages are many',
      ...{ on: ['openai-compatible', 'anthropic'], ways: ['chat'], rules: [holds(200_000, WORDS[1]?.[1] ?? '')] },
      replies: textReply('fine'),
      steps: [...Array.from({ length: 5 }, () => ({ say: LONG.slice(0, 45_000) })), { say: 'hello' }, { say: 'again' }],
      check: ({ answers }) => expect(answers.slice(-2).map(({ text }) => text)).toEqual(['fine', 'fine']),
    },
    {
      name: 'is learned from the refusal: the next turn compacts before it asks, and is refused no more',
      ...{ on: ['vllm', 'openai', 'anthropic'], ways: ['chat'], rules: [holds(150_000, WORDS[1]?.[1] ?? '', CODE)] },
      replies: textReply('fine'),
      steps: [{ say: LONG }, { say: LONG }, { say: 'hello' }],
      answers: ['fine', {}, 'fine'],
      check: ({ requests }) => expect(requests.filter(({ messages }) => isTooLong(messages))).toHaveLength(1),
    },
    {
      name: 'is not confused with a text field that is too long',
      ...{ on: ['openai', 'openai-compatible', 'azure'], ways: WAYS },
      replies: {
        status: 400,
        error: {
          error: {
            ...{
              message: "Invalid 'input[2].call_id': string too long. Expected at most 64.",
              param: 'input[2].call_id',
            },
            ...{ type: 'invalid_request_error', code: 'string_above_max_length' },
          },
        },
      },
      check: ({ answers: [answer] }) => {
        expect(answer?.status).toBe('failed');
        expect(answer?.code).not.toBe(CODE);
      },
    },
  ],
});
