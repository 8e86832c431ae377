import { callsReply, ScriptedCall, textReply } from '../../support/scripted-reply';
import { TRANSLATED } from '../support/backend-entries';
import { BOTH_APIS, Entry, RESPONSES, Seen } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const NUMBERS = ['1234567890123456789', '1e400', '-9007199254740993', '0.1234567890123456789'];
const argumentsWith = (number: string): string => `{"cmd":"true","size":${number}}`;
const digitsIn = (number: string, text: string): void =>
  expect(text.replaceAll('\\', '')).toContain(`"size":${number}`);

const history = (number: string): Entry[] => [
  { role: 'user', text: 'run it' },
  { call: 'exec_command', id: 'abcdefgh1', arguments: argumentsWith(number) },
  { result: 'ok', id: 'abcdefgh1' },
];

contractSuite(__filename, 'a big number in the arguments of a call', {
  rows: [
    ...NUMBERS.map((number) => ({
      name: `keeps its digits on its way to the client: ${number}`,
      ...{ on: TRANSLATED, ways: RESPONSES },
      replies: [
        callsReply([{ name: 'exec_command', arguments: argumentsWith(number) } satisfies ScriptedCall]),
        textReply('done'),
      ],
      check: ({ answers: [answer] }: Seen) => digitsIn(number, answer?.calls.join('') ?? ''),
    })),
    ...NUMBERS.map((number) => ({
      name: `keeps its digits on its way back to the model: ${number}`,
      ...{ on: [...TRANSLATED, 'openai', 'azure'], ways: BOTH_APIS },
      history: history(number),
      check: ({ last }: Seen) => expect(last.scripted.raw.replaceAll('\\', '')).toMatch(numberIn(number)),
    })),
  ],
});

const numberIn = (number: string): RegExp => new RegExp(`"size":\\s?${number.replace('.', '\\.')}`);
