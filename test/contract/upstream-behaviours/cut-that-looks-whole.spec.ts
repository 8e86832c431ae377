import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CHAT_SPEAKING } from '../support/backend-entries';
import { STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const call = (args: string, index = 0): object => ({
  tool_calls: [{ index, id: `c${index}`, type: 'function', function: { name: 'exec_command', arguments: args } }],
});
const half = (reason: unknown): ScriptedReply => ({
  frames: chunkFrames(contentChunk({ content: 'half ' }, reason), contentChunk({ content: 'an' }, reason)),
});
const ended = (reason: string): ScriptedReply => ({
  frames: [...chunkFrames(contentChunk({ content: 'half an' }), contentChunk({}, reason)), DONE_FRAME],
});
const APIS = STREAMED.slice(1);

contractSuite(__filename, 'a cut that looks whole', {
  rows: [
    ...['', 'null', null].map((reason) => ({
      name: `with the reason ${JSON.stringify(reason)} in every chunk is no answer`,
      ...{ on: CHAT_SPEAKING, ways: APIS },
      replies: half(reason),
      answers: [{ status: 'failed' as const }],
      check: ({ answers: [answer] }: { answers: readonly { raw: string }[] }) =>
        expect(answer?.raw).not.toContain('[DONE]'),
    })),
    {
      name: 'is asked again in a chat, and shown once',
      ...{ on: ['openai-compatible', 'vllm', 'deepseek'], ways: ['chat'] },
      replies: [half(''), textReply('half an answer')],
      check: ({ answers: [answer] }) => expect(answer?.texts).toEqual(['half an answer']),
    },
    {
      name: 'inside the arguments of a call is no call',
      ...{ on: CHAT_SPEAKING, ways: APIS },
      replies: [
        { frames: chunkFrames(contentChunk({ role: 'assistant' }), contentChunk(call('{"cmd":"echo o'), '')) },
        textReply('?'),
      ],
      answers: [{ status: 'failed' }],
      check: ({ requests }) => expect(requests).toHaveLength(1),
    },
    {
      name: 'before the arguments of a call is no call',
      ...{ on: ['openai-compatible', 'groq'], ways: APIS },
      replies: [{ frames: chunkFrames(contentChunk(call(''))) }, textReply('?')],
      answers: [{ status: 'failed' }],
    },
    {
      name: 'by the length, in a call, is told as incomplete',
      ...{ on: ['openai-compatible', 'mistral', 'deepseek'], ways: APIS },
      replies: { frames: [...chunkFrames(contentChunk(call('{"cmd":"ec')), contentChunk({}, 'length')), DONE_FRAME] },
      answers: [{ status: 'incomplete' }],
    },
    {
      name: "by the provider's own reason for a failure is no answer",
      ...{ on: ['deepseek', 'vllm'], ways: APIS },
      replies: ({ backend }) => ended(backend === 'vllm' ? 'abort' : 'insufficient_system_resource'),
      answers: [{ status: 'failed' }],
    },
    {
      name: "by the provider's own reason for the length is told as incomplete",
      ...{ on: ['mistral'], ways: APIS },
      replies: ended('model_length'),
      answers: [{ status: 'incomplete' }],
    },
    {
      name: "by the provider's own reason for the length has OpenAI's in a whole answer",
      ...{ on: ['mistral'], ways: ['completions'] },
      replies: {
        body: {
          ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
          choices: [{ index: 0, message: { role: 'assistant', content: 'half' }, finish_reason: 'model_length' }],
        },
      },
      answers: [{ status: 'incomplete' }],
    },
    {
      name: 'is told from an answer whose reason is empty until its last chunk',
      ...{ on: CHAT_SPEAKING, ways: STREAMED },
      replies: {
        frames: [...chunkFrames(contentChunk({ content: 'whole' }, ''), contentChunk({}, 'stop')), DONE_FRAME],
      },
      answers: ['whole'],
    },
  ],
});
