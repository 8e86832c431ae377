import { PIXEL } from '../../support/pixel';
import { callsReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS, Entry, WAYS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { noBlankText } from '../support/provider-rule';

const STRICT = ['anthropic', 'bedrock'];
const rules = [noBlankText];
const HISTORIES: readonly (readonly [string, readonly Entry[]])[] = [
  [
    'of the assistant',
    [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: '\n\n' },
    ],
  ],
  [
    'of the assistant beside a call',
    [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: ' \n' },
      { call: 'exec_command', id: 'c1', arguments: '{"cmd":"true"}' },
      { result: 'ok', id: 'c1' },
    ],
  ],
  ['of the user', [{ role: 'user', text: '  ' }]],
  ['beside a picture', [{ role: 'user', text: ' ', picture: PIXEL }]],
  ['of the system', [{ role: 'system', text: ' ' }]],
  [
    'of the developer in the middle',
    [
      { role: 'user', text: 'a' },
      { role: 'developer', text: '\t' },
    ],
  ],
  [
    'of a tool',
    [
      { role: 'user', text: 'a' },
      { call: 'exec_command', id: 'c1', arguments: '{"cmd":"true"}' },
      { result: ' ', id: 'c1' },
    ],
  ],
];

contractSuite(__filename, 'a blank text', {
  rows: [
    ...HISTORIES.map(([whose, history]) => ({
      name: `${whose} does not reach a provider that refuses it`,
      ...{ on: STRICT, ways: BOTH_APIS, rules, history },
      answers: ['Hello!'],
    })),
    {
      name: 'that the model says beside a call does not end the conversation',
      ...{ on: STRICT, ways: WAYS, rules },
      replies: [
        callsReply([{ name: 'exec_command', arguments: { cmd: 'true' } }], { text: ['\n\n'] }),
        textReply('done'),
        textReply('more'),
      ],
      steps: [{ say: 'one' }, { say: 'two' }],
      answers: ['done', 'more'],
    },
    {
      name: 'beside a picture of a chat does not end it',
      ...{ on: STRICT, ways: ['chat'], rules },
      steps: [{ say: ' ', picture: PIXEL }, { say: 'two' }],
      answers: ['Hello!', 'Hello!'],
    },
    {
      name: 'around a call keeps the order of words that are not blank',
      ...{ on: STRICT, ways: BOTH_APIS, rules },
      history: [
        { role: 'user', text: 'a' },
        { role: 'assistant', text: ' b ' },
        { role: 'user', text: 'c' },
      ],
      answers: ['Hello!'],
      check: ({ last }) => expect(last.messages.flatMap(({ texts }) => texts).join('|')).toMatch(/a\|\s*b\s*\|c/),
    },
  ],
});
