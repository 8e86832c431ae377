import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CHAT_SPEAKING } from '../support/backend-entries';
import { STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const FUNCTION = { name: 'exec_command', arguments: '{"cmd":"echo one"}' };
const ID = 'abcdefgh1';
const deltas = (...calls: readonly object[]): ScriptedReply => ({
  frames: [
    ...chunkFrames(...calls.map((call) => contentChunk({ tool_calls: [call] })), contentChunk({}, 'tool_calls')),
    DONE_FRAME,
  ],
});

const SHAPES: readonly (readonly [string, ScriptedReply])[] = [
  [
    'arguments as an object',
    deltas({ index: 0, id: ID, type: 'function', function: { ...FUNCTION, arguments: { cmd: 'echo one' } } }),
  ],
  [
    'a first delta without a function',
    deltas({ index: 0, id: ID, type: 'function' }, { index: 0, function: FUNCTION }),
  ],
  [
    'a name that comes after the id, and arguments after the name',
    deltas(
      { index: 0, id: ID, type: 'function', function: {} },
      { index: 0, function: { name: FUNCTION.name } },
      { index: 0, function: { arguments: FUNCTION.arguments } },
    ),
  ],
  ['an index as text', deltas({ index: '0', id: ID, type: 'function', function: FUNCTION })],
  ['no index', deltas({ id: ID, type: 'function', function: FUNCTION })],
  ['an index that is null', deltas({ index: null, id: ID, type: 'function', function: FUNCTION })],
  ['an index that begins at 1', deltas({ index: 1, id: ID, type: 'function', function: FUNCTION })],
  ['no type', deltas({ index: 0, id: ID, function: FUNCTION })],
  [
    'arguments that are null first',
    deltas(
      { index: 0, id: ID, type: 'function', function: { name: FUNCTION.name, arguments: null } },
      { index: 0, function: { arguments: FUNCTION.arguments } },
    ),
  ],
  [
    'the reason stop',
    {
      frames: [
        ...chunkFrames(
          contentChunk({ tool_calls: [{ index: 0, id: ID, type: 'function', function: FUNCTION }] }),
          contentChunk({}, 'stop'),
        ),
        DONE_FRAME,
      ],
    },
  ],
  ['no id', deltas({ index: 0, type: 'function', function: FUNCTION })],
  [
    'the field that the API had before tool_calls',
    {
      frames: [
        ...chunkFrames(
          contentChunk({ role: 'assistant', content: null, function_call: { ...FUNCTION, arguments: '' } }),
          contentChunk({ function_call: { arguments: FUNCTION.arguments } }),
          contentChunk({}, 'function_call'),
        ),
        DONE_FRAME,
      ],
    },
  ],
];

contractSuite(__filename, 'a call in another shape', {
  rows: [
    ...SHAPES.map(([shape, reply]) => ({
      name: `with ${shape} is run`,
      ...{ on: CHAT_SPEAKING, ways: STREAMED.slice(1) },
      replies: [reply, textReply('done')],
      check: ({ answers: [answer] }: { answers: readonly { calls: readonly string[]; text: string }[] }) => {
        expect(answer?.calls.map((each) => JSON.parse(each) as unknown)).toEqual([{ cmd: 'echo one' }]);
        expect(answer?.text).toBe('done');
      },
    })),
    ...SHAPES.map(([shape, reply]) => ({
      name: `with ${shape} is run in a chat`,
      ...{ on: ['openai-compatible'], ways: ['chat' as const] },
      replies: [reply, textReply('done')],
      answers: ['done'],
      check: ({ answers: [answer] }: { answers: readonly { raw: string }[] }) =>
        expect(answer?.raw).toContain('one\\n'),
    })),
    {
      name: 'in a whole completion, with arguments as an object, has them as text',
      ...{ on: CHAT_SPEAKING, ways: ['completions'] },
      replies: [
        {
          body: {
            choices: [
              {
                index: 0,
                message: {
                  ...{ role: 'assistant', content: null },
                  tool_calls: [{ id: ID, type: 'function', function: { ...FUNCTION, arguments: { cmd: 'echo one' } } }],
                },
                finish_reason: 'tool_calls',
              },
            ],
          },
        },
        textReply('done'),
      ],
      check: ({ answers: [answer] }) => expect(answer?.calls).toEqual(['{"cmd":"echo one"}']),
    },
  ],
});
