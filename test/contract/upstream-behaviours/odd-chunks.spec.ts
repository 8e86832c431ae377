import { ScriptedReply } from '../../support/scripted-reply';
import { CHAT_SPEAKING } from '../support/backend-entries';
import { Answer, STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME, STOP, USAGE } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const HEAD = contentChunk({ role: 'assistant', content: 'fine' });
const TEXT_USAGE = { prompt_tokens: '21', completion_tokens: '9', total_tokens: '30' };
const OTHER_USAGE = { input_tokens: 21, output_tokens: 9 };
const around = (odd: object | string): ScriptedReply => ({
  frames: [...chunkFrames(odd, HEAD, odd, STOP, odd), DONE_FRAME],
});
const frames = (...odd: readonly string[]): ScriptedReply => ({
  frames: [...odd, ...chunkFrames(HEAD), ...odd, ...chunkFrames(STOP), DONE_FRAME],
});

/** What servers put between the chunks of an answer. */
const ODD: readonly (readonly [string, ScriptedReply, hasUsage?: boolean])[] = [
  ['usage without choices', { frames: [...chunkFrames(HEAD, STOP, { id: 'c', usage: USAGE }), DONE_FRAME] }, true],
  [
    'usage with choices null',
    { frames: [...chunkFrames(HEAD, STOP, { choices: null, usage: USAGE }), DONE_FRAME] },
    true,
  ],
  [
    'usage with no choices',
    { frames: [...chunkFrames(HEAD, STOP, { id: 'c', choices: [], usage: USAGE }), DONE_FRAME] },
    true,
  ],
  ['choices that are null', around({ id: 'c', object: 'chat.completion.chunk', choices: null })],
  [
    'choices that are empty',
    around({ id: 'c', object: 'chat.completion.chunk', choices: [], prompt_filter_results: [] }),
  ],
  ['a ping', around({ type: 'ping' })],
  ['an empty object', around({})],
  ['timings', around({ timings: { prompt_ms: 1.5 }, prompt_progress: { total: 10 } })],
  ['empty data', frames('data:\n\n')],
  ['empty data with a space', frames('data: \n\n')],
  ['comments', frames(': OPENROUTER PROCESSING\n\n')],
  ['an event of another name', frames('event: ping\ndata: {}\n\n')],
  ['a retry line', frames('retry: 1000\n\n')],
  ['a choice without a delta', around({ id: 'c', choices: [{ index: 0, finish_reason: null }] })],
  ['a delta that is null', around({ id: 'c', choices: [{ index: 0, delta: null, finish_reason: null }] })],
  [
    'a chunk without an id and a model',
    { frames: [...chunkFrames({ choices: [{ index: 0, delta: { content: 'fine' } }] }, STOP), DONE_FRAME] },
  ],
  [
    'line ends of Windows',
    { frames: [...chunkFrames(HEAD, STOP), DONE_FRAME].map((each) => each.replaceAll('\n', '\r\n')) },
  ],
  [
    'no blank after the colon',
    { frames: [...chunkFrames(HEAD, STOP), DONE_FRAME].map((each) => each.replace('data: ', 'data:')) },
  ],
  ['blanks around the mark of the end', { frames: [...chunkFrames(HEAD, STOP), 'data:  [DONE] \n\n'] }],
  ['counts as text', { frames: [...chunkFrames(HEAD, { ...STOP, usage: TEXT_USAGE }), DONE_FRAME] }, true],
  [
    'counts of the Responses API',
    { frames: [...chunkFrames(HEAD, { ...STOP, usage: OTHER_USAGE }), DONE_FRAME] },
    true,
  ],
  [
    'content in parts',
    {
      frames: [
        ...chunkFrames(contentChunk({ role: 'assistant', content: [{ type: 'text', text: 'fine' }] }), STOP),
        DONE_FRAME,
      ],
    },
  ],
  [
    'text beside a delta that is missing',
    { frames: [...chunkFrames({ id: 'c', choices: [{ index: 0, text: 'fine', finish_reason: 'stop' }] }), DONE_FRAME] },
  ],
];

const SAMPLE = ['openai-compatible', 'mistral'];

contractSuite(__filename, 'odd chunks in a stream', {
  rows: [
    ...ODD.map(([what, reply, hasUsage]) => ({
      name: `${what}: passed over`,
      ...{ on: CHAT_SPEAKING, ways: STREAMED.slice(1) },
      replies: reply,
      answers: ['fine'],
      check: ({ answers: [answer] }: { answers: readonly Answer[] }) => {
        if (hasUsage) expect(answer?.usage).toEqual({ input: 21, output: 9 });
      },
    })),
    ...ODD.map(([what, reply]) => ({
      name: `${what}: passed over in a chat, without another attempt`,
      ...{ on: SAMPLE, ways: ['chat' as const] },
      replies: reply,
      answers: ['fine'],
      check: ({ requests }: { requests: readonly unknown[] }) => expect(requests).toHaveLength(1),
    })),
  ],
});
