import { ScriptedReply } from '../../support/scripted-reply';
import { BOTH_APIS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

const usage = { input_tokens: 21, output_tokens: 1 };
const begin = (message: object = { usage }): Event => ({
  type: 'message_start',
  message: { ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [] }, ...message },
});
const block = (index: number, content_block: object, ...deltas: readonly object[]): Event[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const FINE = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'fine' });
const END: readonly Event[] = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const stream = (...events: readonly Event[]): ScriptedReply => ({
  frames: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
});

const STREAMS: readonly (readonly [string, ScriptedReply])[] = [
  ['an event of a new type', stream(begin(), { type: 'new_thing', x: 1 }, ...FINE, ...END)],
  [
    'a block of a new type',
    stream(
      begin(),
      ...block(0, { type: 'new_block' }, { type: 'new_delta', x: 1 }),
      ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'fine' }),
      ...END,
    ),
  ],
  [
    'a delta of a new type',
    stream(
      begin(),
      ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'fine' }, { type: 'new_delta', x: 1 }),
      ...END,
    ),
  ],
  ['a text at the beginning of its block', stream(begin(), ...block(0, { type: 'text', text: 'fine' }), ...END)],
  ['no counts at the beginning', stream(begin({ usage: null }), ...FINE, ...END)],
  [
    'no counts at the end',
    stream(begin(), ...FINE, { ...END[0], usage: undefined, type: 'message_delta' }, ...END.slice(1)),
  ],
];

contractSuite(__filename, "events of Anthropic's that nobody knows yet", {
  rows: STREAMS.map(([what, replies]) => ({
    name: `do not end the answer: ${what}`,
    ...{ on: ['anthropic'], ways: BOTH_APIS },
    ...{ replies, answers: ['fine'] },
  })),
});
