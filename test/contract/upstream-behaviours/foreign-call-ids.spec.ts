import { callsReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS, Entry, Reply, Seen, Way } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { ANTHROPIC_IDS, BEDROCK_IDS, MISTRAL_IDS, onBackends, OPENAI_IDS } from '../support/provider-rule';

const FUSSY = ['mistral', 'anthropic', 'bedrock', 'openai', 'azure'];
const rules = [
  onBackends(['mistral', 'mistral-last'], MISTRAL_IDS),
  onBackends(['anthropic'], ANTHROPIC_IDS),
  onBackends(['bedrock'], BEDROCK_IDS),
  onBackends(['openai', 'azure'], OPENAI_IDS),
];

/** A conversation with one answered call of each id. */
const calls = (...ids: readonly string[]): Entry[] => [
  { role: 'user', text: 'run it' },
  ...ids.map((id) => ({ call: 'exec_command', id, arguments: '{"cmd":"true"}' })),
  ...ids.map((id) => ({ result: `output of ${id}`, id })),
  { role: 'assistant', text: 'it ran' },
];

const HISTORIES: readonly (readonly [string, readonly string[]])[] = [
  ['with the prefix of OpenAI', ['call_Ab3dEf5hIj7lMn9pQr1tUv3x']],
  ['with dots, colons and slashes, as local servers give them', ['functions.exec:0/1']],
  ['of 70 characters', [`call_${'x'.repeat(65)}`]],
  ['that differ only behind the 64th character', [`${'y'.repeat(64)}-a`, `${'y'.repeat(64)}-b`]],
  ['that differ only in characters that must go', ['call.1', 'call:1']],
  ['in letters of other scripts', ['вызов-1', '呼び出し']],
];

/** The first backend calls, the second answers. */
const callThenText = (id: string): Reply => [
  callsReply([{ name: 'exec_command', arguments: { cmd: 'true' }, id }]),
  textReply('first'),
  textReply('second'),
];

const SWITCHES: readonly Way[] = ['chat', 'responses streamed', 'completions streamed'];

contractSuite(__filename, 'calls that another backend has made', {
  backends: [
    { id: 'covered', type: 'openai-compatible', more: 'fallbacks: [mistral-last]' },
    { id: 'mistral-last', type: 'mistral' },
  ],
  rows: [
    ...HISTORIES.map(([what, ids]) => ({
      name: `are taken with ids ${what}, each result by its call`,
      ...{ on: FUSSY, ways: BOTH_APIS, rules },
      history: calls(...ids),
      answers: ['Hello!'],
      check: ({
        last,
      }: {
        last: { messages: readonly { callIds: readonly string[]; resultIds: readonly string[] }[] };
      }) => {
        const called = last.messages.flatMap(({ callIds }) => callIds);
        expect(new Set(called).size).toBe(ids.length);
        expect(last.messages.flatMap(({ resultIds }) => resultIds)).toEqual(called);
      },
    })),
    ...FUSSY.map((second) => ({
      name: `do not hinder a switch to ${second}`,
      ...{ on: ['openai-compatible'], ways: SWITCHES, rules },
      replies: callThenText('functions.exec_command:0'),
      steps: [{ say: 'one' }, { say: 'two', on: second }],
      answers: ['first', 'second'],
      check: ({ last }: Seen) => expect(last.backend).toBe(second),
    })),
    {
      name: 'keep their ids where the backend has given them itself',
      ...{ on: FUSSY, ways: SWITCHES, rules },
      replies: callThenText('abcdefgh1'),
      steps: [{ say: 'one' }, { say: 'two' }],
      answers: ['first', 'second'],
      check: ({ last }) => expect(last.messages.flatMap(({ callIds }) => callIds)).toEqual(['abcdefgh1']),
    },
    {
      name: 'do not hinder a fallback',
      ...{ on: ['covered'], ways: BOTH_APIS, rules },
      history: calls('functions.exec:0'),
      replies: ({ backend }) =>
        backend === 'covered'
          ? { status: 503, error: { error: { message: 'busy', type: 'server_error', code: null } } }
          : textReply('from the fallback'),
      answers: ['from the fallback'],
    },
    {
      name: 'end with the words of both backends when the fallback refuses, too',
      ...{ on: ['covered'], ways: BOTH_APIS },
      replies: ({ backend }) => ({
        status: backend === 'covered' ? 503 : 400,
        error: { error: { message: `${backend} says no`, type: 'x', code: null } },
      }),
      answers: [{ status: 'failed', message: /covered says no.*mistral-last says no/s }],
    },
    {
      name: 'of 100 characters, which the gateway has given out, are taken back',
      ...{ on: ['openai-compatible', 'anthropic'], ways: ['responses', 'responses streamed', 'completions streamed'] },
      replies: callThenText('z'.repeat(100)),
      answers: ['first'],
    },
  ],
});
