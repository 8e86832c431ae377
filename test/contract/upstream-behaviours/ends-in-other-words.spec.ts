import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS, COMPLETIONS, Expected, RESPONSES } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const chat = (reason: string): ScriptedReply => ({
  frames: [...chunkFrames(contentChunk({ role: 'assistant', content: 'half' }), contentChunk({}, reason)), DONE_FRAME],
});
const whole = (reason: string, more: object = {}): ScriptedReply => ({
  body: {
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'half' }, finish_reason: reason, ...more }],
  },
});

type Case = readonly [backend: string, reason: string];
const FAILED: readonly Case[] = [
  ...['abort', 'cancelled', 'timeout', 'network_error', 'insufficient_system_resource', 'error'].map((reason): Case => [
    'openai-compatible',
    reason,
  ]),
  ...['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'MALFORMED_RESPONSE', 'LANGUAGE', 'OTHER'].map(
    (reason): Case => ['google', reason],
  ),
  ...['malformed_model_output', 'malformed_tool_use'].map((reason): Case => ['bedrock', reason]),
];
const LENGTH: readonly string[] = ['max_tokens', 'MAX_TOKENS', 'model_length', 'length '];
const FILTERED: readonly string[] = ['safety', 'recitation', 'sensitive'];
const DONE: readonly string[] = ['end_turn', 'eos', 'COMPLETE', 'stop_sequence'];

const replyOf = ([backend, reason]: Case): ScriptedReply =>
  backend === 'openai-compatible' ? chat(reason) : textReply('half', { finishReason: reason });

const row = (on: string, reason: string, answer: Expected, replies: ScriptedReply) => ({
  name: `is told for what it is: ${reason} on ${on}`,
  ...{ on: [on], ways: BOTH_APIS.filter((way) => way !== 'completions' || on !== 'openai-compatible') },
  ...{ replies, answers: [answer] },
});

contractSuite(__filename, 'a reason for the end in words of its own', {
  rows: [
    ...FAILED.map((each) => row(each[0], each[1], { status: 'failed' }, replyOf(each))),
    ...LENGTH.map((reason) => row('openai-compatible', reason, { status: 'incomplete' }, chat(reason))),
    ...FILTERED.map((reason) =>
      row('openai-compatible', reason, { status: 'incomplete', code: 'content_filter' }, chat(reason)),
    ),
    ...DONE.map((reason) => row('openai-compatible', reason, 'half', chat(reason))),
    {
      name: "of a whole answer has OpenAI's word, and half of one is none",
      ...{ on: ['openai-compatible'], ways: ['completions'] },
      ...{ replies: [whole('max_tokens'), whole('error', { error: { code: 502, message: 'Provider died' } })] },
      steps: [{ say: 'go' }, { say: 'on' }],
      answers: [
        { status: 'incomplete', code: 'length' },
        { status: 'failed', message: /Provider died/ },
      ],
    },
    {
      name: 'that speaks of the context window is no complete answer',
      ...{ on: ['anthropic', 'bedrock'], ways: COMPLETIONS },
      replies: textReply('half', { finishReason: 'model_context_window_exceeded' }),
      answers: [{ status: 'incomplete', code: 'length' }],
    },
    {
      name: 'that speaks of calls where there are none does not take the text away',
      ...{ on: ['openai-compatible', 'anthropic'], ways: RESPONSES },
      replies: ({ backend }) =>
        backend === 'anthropic'
          ? textReply('fine', { finishReason: 'tool_use' })
          : textReply('fine', { finishReason: 'tool_calls' }),
      answers: ['fine'],
    },
  ],
});
