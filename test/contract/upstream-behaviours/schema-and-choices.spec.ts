import { TRANSLATED, CHAT_SPEAKING } from '../support/backend-entries';
import { COMPLETIONS, RESPONSES, Seen } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: [] };
const WITH_SCHEMA = [...CHAT_SPEAKING.filter((id) => id !== 'deepseek'), 'xai'];
const URL = 'https://example.com/cat.png';

contractSuite(__filename, 'schemas, choices and pictures by address', {
  rows: [
    {
      name: 'a JSON schema without strict is not strict, by /v1/responses',
      ...{ on: WITH_SCHEMA, ways: RESPONSES },
      steps: [
        {
          say: 'go',
          responses: { tools: undefined, text: { format: { type: 'json_schema', name: 's', schema: SCHEMA } } },
        },
      ],
      check: ({ last }: Seen) => expect(JSON.stringify(last.body)).not.toContain('"strict":true'),
    },
    {
      name: 'a JSON schema that is strict stays strict, by /v1/responses',
      ...{ on: ['openai-compatible', 'vllm', 'mistral', 'groq', 'xai'], ways: RESPONSES },
      steps: [
        {
          say: 'go',
          responses: {
            tools: undefined,
            text: { format: { type: 'json_schema', name: 's', schema: SCHEMA, strict: true } },
          },
        },
      ],
      check: ({ last }: Seen) => expect(JSON.stringify(last.body)).toContain('"strict":true'),
    },
    {
      name: 'a tool that is strict is offered, where the provider has no such tools, too',
      ...{ on: [...TRANSLATED], ways: RESPONSES },
      steps: [
        {
          say: 'go',
          responses: { tools: [{ type: 'function', name: 'look_up', parameters: SCHEMA, strict: true }] },
        },
      ],
      answers: ['Hello!'],
      check: ({ last }: Seen) => expect(JSON.stringify(last.body)).toContain('look_up'),
    },
    {
      name: 'a JSON schema without strict is not strict, by /v1/chat/completions',
      ...{ on: ['openai-compatible', 'anthropic', 'google'], ways: COMPLETIONS },
      steps: [
        {
          say: 'go',
          completions: { response_format: { type: 'json_schema', json_schema: { name: 's', schema: SCHEMA } } },
        },
      ],
      check: ({ last }: Seen) => expect(JSON.stringify(last.body)).not.toContain('"strict":true'),
    },
    {
      name: 'n above 1 goes to a backend with the same API',
      ...{ on: ['openai', 'azure', 'azure-dated', 'openai-compatible', 'vllm', 'openrouter'], ways: ['completions'] },
      steps: [{ say: 'go', completions: { n: 2 } }],
      replies: {
        body: {
          ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
          choices: [0, 1].map((index) => ({
            ...{ index, message: { role: 'assistant', content: `choice ${index}` }, finish_reason: 'stop' },
          })),
        },
      },
      check: ({ answers: [answer], last }) => {
        expect(last.body.n).toBe(2);
        expect(answer?.raw).toContain('choice 1');
      },
    },
    {
      name: 'n above 1 is refused by its name where the backend has one answer alone',
      ...{ on: ['anthropic', 'bedrock'], ways: COMPLETIONS },
      steps: [{ say: 'go', completions: { n: 2 } }],
      answers: [{ status: 'failed', http: 400, param: 'n' }],
    },
    {
      name: 'a picture by its address reaches the provider, or is refused by its name',
      ...{ on: TRANSLATED, ways: [...RESPONSES, ...COMPLETIONS] },
      steps: [{ say: 'go', picture: URL }],
      check: ({ answers: [answer], requests }) => {
        if (answer?.status === 'failed') expect(`${answer.param} ${answer.message}`).toMatch(/image_url|picture|image/);
        else expect(requests.map(({ body }) => JSON.stringify(body)).join('')).toContain(URL);
      },
    },
    {
      name: 'a picture by its address works on google',
      ...{ on: ['google'], ways: [...RESPONSES, ...COMPLETIONS] },
      steps: [{ say: 'go', picture: URL }],
      answers: ['Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toMatch(/cat\.png|inlineData/),
    },
  ],
});
