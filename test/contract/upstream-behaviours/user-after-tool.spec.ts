import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIXEL } from '../../support/pixel';
import { callsReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS, Entry, RESPONSES } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { noUserAfterTool } from '../support/provider-rule';

const PICTURE = join(tmpdir(), 'contract-user-after-tool.png');
writeFileSync(PICTURE, Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));

const ANSWERED_CALL: readonly Entry[] = [
  { role: 'user', text: 'run it' },
  { call: 'exec_command', id: 'abcdefgh1', arguments: '{"cmd":"sleep 9"}' },
  { result: 'aborted by user', id: 'abcdefgh1' },
];
const rules = [noUserAfterTool];
const view = callsReply([{ name: 'view_image', arguments: { path: PICTURE }, id: 'abcdefgh2' }]);

contractSuite(__filename, 'mistral, which refuses a user right after a tool', {
  rows: [
    {
      name: 'takes what the user says after a command that was stopped',
      ...{ on: ['mistral'], ways: BOTH_APIS, rules },
      history: ANSWERED_CALL,
      answers: ['Hello!'],
    },
    {
      name: 'takes a word of the developer after the output of a tool',
      ...{ on: ['mistral'], ways: BOTH_APIS, rules },
      history: [...ANSWERED_CALL, { role: 'developer', text: 'the turn was interrupted' }],
      answers: ['Hello!'],
    },
    {
      name: 'takes a picture that a tool has returned',
      ...{ on: ['mistral'], ways: RESPONSES, rules },
      history: ANSWERED_CALL.slice(0, 2),
      steps: [
        {
          say: 'go',
          responses: {
            input: [
              { type: 'message', role: 'user', content: 'look' },
              { type: 'function_call', call_id: 'abcdefgh1', name: 'exec_command', arguments: '{"cmd":"x"}' },
              {
                type: 'function_call_output',
                call_id: 'abcdefgh1',
                output: [{ type: 'input_image', image_url: PIXEL, detail: 'auto' }],
              },
            ],
          },
        },
      ],
      answers: ['Hello!'],
      check: ({ last }) => expect(last.messages.some(({ pictures }) => pictures > 0)).toBe(true),
    },
    {
      name: 'goes on after codex has viewed an image, in this turn and the next',
      ...{ on: ['mistral'], ways: ['chat'], rules },
      replies: [view, textReply('seen'), textReply('more')],
      steps: [{ say: 'look' }, { say: 'and now' }],
      answers: ['seen', 'more'],
    },
  ],
});
