import { ScriptedReply } from '../../support/scripted-reply';
import { BOTH_APIS, STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const FAMILY = ['openai-compatible', 'vllm', 'ollama', 'mistral', 'groq', 'deepseek', 'openrouter', 'azure-dated'];
const WORDS = 'the cat sat on the cable';

/** Errors as they come, beside OpenAI's own form. */
const FORMS: readonly (readonly [string, unknown])[] = [
  ['as an object of the kind error', { object: 'error', message: WORDS, type: 'BadRequestError', code: 400 }],
  ['as a text', { error: WORDS }],
  ['as a detail', { detail: WORDS }],
  ['as a detail in a list', { detail: [{ loc: ['body'], msg: WORDS, type: 'value_error' }] }],
  ['as a message alone', { message: WORDS }],
  ['as a message in an error', { error: { message: WORDS } }],
  ['as a msg', { error: { msg: WORDS, code: 1 } }],
  ['in a list', [{ error: { message: WORDS, code: 400 } }]],
];

const frame = (form: unknown): string => `data: ${JSON.stringify(form)}\n\n`;
const inStream = (...frames: readonly string[]): ScriptedReply => ({
  frames: [...chunkFrames(contentChunk({ content: 'some ' })), ...frames],
});

contractSuite(__filename, 'an error in other words', {
  rows: [
    ...FORMS.map(([form, error]) => ({
      name: `${form}, with HTTP 400, is told in its words`,
      ...{ on: FAMILY, ways: BOTH_APIS },
      replies: { status: 400, error },
      answers: [{ status: 'failed' as const, message: /: the cat sat on the cable$/ }],
    })),
    ...FORMS.slice(0, 6).map(([form, error]) => ({
      name: `${form}, in a stream that began well, is told in its words, and nothing after it`,
      ...{ on: FAMILY, ways: STREAMED.slice(1) },
      replies: inStream(frame(error)),
      answers: [{ status: 'failed' as const, message: /the cat sat on the cable/ }],
      check: ({ answers: [answer], way }: { answers: readonly { raw: string }[]; way: string }) => {
        if (way.startsWith('completions')) expect(answer?.raw).not.toContain('[DONE]');
      },
    })),
    ...FORMS.slice(0, 6).map(([form, error]) => ({
      name: `${form}, as the first event of a stream, is told in its words`,
      ...{ on: FAMILY, ways: STREAMED.slice(1) },
      replies: { frames: [frame(error), DONE_FRAME] },
      answers: [{ status: 'failed' as const, message: /the cat sat on the cable/ }],
    })),
    {
      name: 'as an event of the name error is told in its words',
      ...{ on: FAMILY, ways: STREAMED.slice(1) },
      replies: inStream(`event: error\ndata: ${JSON.stringify({ message: WORDS })}\n\n`, DONE_FRAME),
      answers: [{ status: 'failed', message: /the cat sat on the cable/ }],
    },
    {
      name: 'as plain text behind the name error is told in its words',
      ...{ on: FAMILY, ways: STREAMED.slice(1) },
      replies: inStream(`event: error\ndata: ${WORDS}\n\n`, DONE_FRAME),
      answers: [{ status: 'failed', message: /the cat sat on the cable/ }],
    },
    {
      name: 'with HTTP 200 instead of a completion is told in its words',
      ...{ on: FAMILY, ways: ['completions'] },
      replies: { body: { object: 'error', message: WORDS } },
      answers: [{ status: 'failed', message: /the cat sat on the cable/ }],
    },
    {
      name: 'fails the turn of a chat in its words',
      ...{ on: ['openai-compatible', 'vllm', 'mistral'], ways: ['chat'] },
      replies: { frames: [frame({ object: 'error', message: WORDS })] },
      answers: [{ status: 'failed', message: /the cat sat on the cable/ }],
    },
  ],
});
