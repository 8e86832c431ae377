import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { NATIVE } from '../support/backend-entries';
import { RESPONSES, STREAMED } from '../support/behaviour';
import { USAGE } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const completion = (message: object, finish_reason: unknown): ScriptedReply => ({
  body: {
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm', usage: USAGE },
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
  },
});
const CALL = { id: 'abcdefgh1', type: 'function', function: { name: 'exec_command', arguments: { cmd: 'echo one' } } };
const response = {
  body: {
    ...{ id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm' },
    output: [
      {
        ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
        content: [{ type: 'output_text', text: 'fine', annotations: [] }],
      },
    ],
    usage: { input_tokens: 21, output_tokens: 9, total_tokens: 30 },
  },
};

contractSuite(__filename, 'a whole answer to a request for a stream', {
  rows: [
    {
      name: 'is taken',
      ...{ on: ['openai-compatible', 'vllm', 'deepseek'], ways: [...RESPONSES, ...STREAMED.slice(2)] },
      replies: completion({ content: 'fine' }, 'stop'),
      answers: [{ status: 'completed', text: 'fine', shown: 'fine', usage: { input: 21, output: 9 } }],
    },
    {
      name: 'is taken in a chat, and its call is run',
      ...{ on: ['openai-compatible'], ways: ['chat'] },
      replies: [completion({ tool_calls: [CALL] }, 'tool_calls'), textReply('done')],
      answers: ['done'],
      check: ({ answers: [answer], requests }) => {
        expect(answer?.raw).toContain('one\\n');
        expect(requests).toHaveLength(2);
      },
    },
    {
      name: 'is taken, and its call is told',
      ...{ on: ['openai-compatible', 'groq'], ways: [...RESPONSES, ...STREAMED.slice(2)] },
      replies: [completion({ tool_calls: [CALL] }, 'tool_calls'), textReply('done')],
      answers: [{ text: 'done', calls: ['{"cmd":"echo one"}'] }],
    },
    {
      name: 'is taken from a provider with the Responses API',
      ...{ on: NATIVE, ways: STREAMED.slice(1, 2) },
      replies: response,
      answers: [{ status: 'completed', text: 'fine', shown: 'fine', usage: { input: 21, output: 9 } }],
    },
    {
      name: 'is an error where it has no answer, in the words that it has',
      ...{ on: ['openai-compatible'], ways: [...RESPONSES, 'completions', 'completions streamed'] },
      replies: { body: { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } } },
      answers: [{ status: 'failed', code: 'usage_limit_exceeded', message: /insufficient balance/ }],
    },
  ],
});
