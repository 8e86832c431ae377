import { ScriptedReply } from '../../support/scripted-reply';
import { CALL_LIMITS } from '../../../src/gateway/wire/call-limits';
import { BACKENDS, CHAT_SPEAKING } from '../support/backend-entries';
import { STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const MIB = 1024 * 1024;
const times = (count: number, piece: string): string[] => Array.from({ length: count }, () => piece);
const APIS = STREAMED.slice(1);
const ON = BACKENDS.filter((id) => id !== 'bedrock');

/** The limits that answers to the APIs are tried on here; chats have those of the service. */
const SMALL = { answer: 4 * MIB, event: 2 * MIB, line: MIB, arguments: MIB };
const shipped = { ...CALL_LIMITS };
beforeAll(() => void Object.assign(CALL_LIMITS, SMALL));
afterAll(() => void Object.assign(CALL_LIMITS, shipped));

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
    ...times(17, 'x'.repeat(MIB / 16)).map((x) => argumentDelta(x, false)),
  ),
};

contractSuite(__filename, 'an answer that does not end', {
  rows: [
    {
      name: 'in one line ends the call at once',
      ...{ on: ON, ways: APIS },
      replies: { frames: ['data: ', ...times(20, 'x'.repeat(MIB / 16))] },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent a line without an end/ }],
    },
    {
      name: 'in one event of many lines ends the call at once',
      ...{ on: ON, ways: APIS },
      replies: { frames: times(36, `data: ${'x'.repeat(MIB / 16)}\n`) },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent an event without an end/ }],
    },
    {
      name: 'in events without an end ends the call at once',
      ...{ on: ON, ways: APIS },
      replies: { frames: times(5, `: ${'x'.repeat(MIB - 4)}\n\n`) },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent an answer without an end/ }],
    },
    {
      name: 'in one event of a binary stream ends the call as soon as the event says how long it is',
      ...{ on: ['bedrock'], ways: APIS },
      replies: { frames: [Uint8Array.of(0, 0x20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)], endDelayMs: 3_000 },
      answers: [{ status: 'failed', code: 'upstream_error', message: /sent an event without an end/ }],
    },
    {
      name: 'in the arguments of a call ends the call at once',
      ...{ on: CHAT_SPEAKING, ways: APIS },
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
