import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CHAT_SPEAKING } from '../support/backend-entries';
import { Behaviour, STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME, USAGE } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const CALL = {
  tool_calls: [
    {
      index: 0,
      id: 'abcdefgh1',
      type: 'function',
      function: { name: 'exec_command', arguments: '{"cmd":"echo one"}' },
    },
  ],
};
const done = (...chunks: readonly object[]): ScriptedReply => ({ frames: [...chunkFrames(...chunks), DONE_FRAME] });

const rows: readonly Behaviour[] = [
  {
    name: 'ends a text',
    ...{ on: CHAT_SPEAKING, ways: STREAMED },
    replies: done(contentChunk({ role: 'assistant', content: 'all of ' }), contentChunk({ content: 'it' })),
    answers: ['all of it'],
    check: ({ requests }) => expect(requests).toHaveLength(1),
  },
  {
    name: 'ends a call, which is run',
    ...{ on: CHAT_SPEAKING, ways: STREAMED },
    replies: [done(contentChunk(CALL)), textReply('done')],
    answers: ['done'],
    check: ({ requests }) => expect(requests).toHaveLength(2),
  },
  {
    name: 'ends a text whose chunks have an empty reason',
    ...{ on: CHAT_SPEAKING, ways: STREAMED },
    replies: done(contentChunk({ content: 'all of ' }, ''), contentChunk({ content: 'it' }, '')),
    answers: ['all of it'],
  },
  {
    name: 'ends a text with its usage',
    ...{ on: ['openai-compatible', 'vllm', 'groq'], ways: STREAMED },
    replies: done(contentChunk({ content: 'it' }), { id: 'c', choices: [], usage: USAGE }),
    answers: ['it'],
    check: ({ answers: [answer] }) => expect(answer?.usage).toEqual({ input: 21, output: 9 }),
  },
];

contractSuite(__filename, 'a [DONE] without a reason', { rows });
