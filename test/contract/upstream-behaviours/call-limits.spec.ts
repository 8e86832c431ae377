import { ScriptedReply } from '../../support/scripted-reply';
import { STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const MIB = 1024 * 1024;
const times = (count: number, piece: string): string[] => Array.from({ length: count }, () => piece);
const APIS = STREAMED.slice(1);
const ON = ['openai', 'openai-compatible', 'mistral', 'anthropic', 'google', 'xai'];

const argumentDelta = (args: string, isFirst: boolean): object =>
  contentChunk({
    tool_calls: [
      {
        index: 0,
        ...(isFirst ? { id: 'abcdefgh1', type: 'function' } : {}),
        function: { ...(isFirst ? { name: 'exec_command' } : {}), arguments: args },
      },
    ],
  });
const endless: ScriptedReply = {
  frames: chunkFrames(
    argumentDelta('{"cmd":"', true),
    ...times(17, 'x'.repeat(MIB)).map((x) => argumentDelta(x, false)),
  ),
};

contractSuite(__filename, 'an answer that does not end', {
  rows: [
    {
      name: 'in one line ends the call at once',
      ...{ on: ON, ways: APIS },
      replies: { frames: ['data: ', ...times(20, 'x'.repeat(MIB))] },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent a line without an end/ }],
    },
    {
      name: 'in one event of many lines ends the call at once',
      ...{ on: ['openai', 'openai-compatible'], ways: ['responses streamed'] },
      replies: { frames: times(36, `data: ${'x'.repeat(MIB)}\n`) },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent an event without an end/ }],
    },
    {
      name: 'in the arguments of a call ends the call at once',
      ...{ on: ['openai-compatible', 'groq', 'deepseek'], ways: APIS },
      replies: endless,
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent arguments of a call that do not end/ }],
    },
    {
      name: 'in one line ends the turn of a chat at once',
      ...{ on: ['openai', 'openai-compatible'], ways: ['chat'] },
      replies: { frames: ['data: ', ...times(20, 'x'.repeat(MIB))] },
      answers: [{ status: 'failed', message: /sent a line without an end/ }],
    },
  ],
});
