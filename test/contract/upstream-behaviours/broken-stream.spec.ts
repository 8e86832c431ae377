import { deltasReply, ScriptedReply, textReply } from '../../support/scripted-reply';
import { RESPONSES, STREAMED } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const SPEAKERS = ['openai', 'openai-compatible', 'anthropic', 'google', 'mistral', 'bedrock'];
const WORDS = 'word0 word1 word2 ';
const cut = (kind: 'abort' | 'close' | 'stall', afterFrames = 4): ScriptedReply =>
  deltasReply(3, { fault: { kind, afterFrames } });
const ERROR = { message: 'the engine died', type: 'server_error', code: 'server_error' };
/** Whose silence is over soon. */
const HASTY = ['openai-compatible', 'openai', 'anthropic'].map((type) => ({
  ...{ id: `${type}-hasty`, type, more: 'timeout: {idle: 1}' },
}));
const again = textReply(WORDS);

contractSuite(__filename, 'a stream that breaks in the middle', {
  backends: HASTY,
  rows: [
    {
      name: 'and is asked again shows one answer in a chat',
      ...{ on: SPEAKERS, ways: ['chat'] },
      replies: [cut('abort'), again],
      check: ({ answers: [answer] }) => expect(answer?.texts).toEqual([WORDS]),
    },
    {
      name: 'three times shows its text once in a chat, and the end says why',
      ...{ on: ['openai-compatible', 'openai', 'anthropic'], ways: ['chat'] },
      replies: cut('abort'),
      check: ({ answers: [answer] }) => {
        expect(answer?.status).toBe('failed');
        expect(answer?.message).not.toBe('');
        expect(answer?.texts.length).toBeLessThanOrEqual(1);
      },
    },
    {
      name: 'by an error of the provider, three times, shows its text once and its words',
      ...{ on: ['openai-compatible', 'anthropic', 'google'], ways: ['chat'] },
      replies: deltasReply(3, { streamError: ERROR }),
      check: ({ answers: [answer] }) => {
        expect(answer?.message).toContain('the engine died');
        expect(answer?.texts.length).toBeLessThanOrEqual(1);
      },
    },
    {
      name: 'marks what was shown of a broken attempt as superseded in the log of the chat',
      ...{ on: ['openai-compatible', 'openai'], ways: ['chat'] },
      replies: [cut('abort'), again],
      check: ({ answers: [answer] }) => expect(answer?.raw).toContain('superseded'),
    },
    {
      name: 'books the tokens of every attempt that told them',
      ...{ on: ['openai-compatible'], ways: ['chat'] },
      replies: [
        deltasReply(3, { usage: { input: 100, output: 7 }, usageWithFinish: true, streamError: ERROR }),
        textReply('done', { usage: { input: 100, output: 7 } }),
      ],
      check: ({ answers: [answer] }) => expect(answer?.texts).toEqual(['done']),
    },
    {
      name: 'ends as a failure for the APIs, with no mark of an end',
      ...{ on: SPEAKERS.filter((id) => id !== 'openai'), ways: ['responses streamed', 'completions streamed'] },
      replies: cut('abort'),
      answers: [{ status: 'failed', message: /./ }],
      check: ({ answers: [answer], requests, way }) => {
        expect(requests).toHaveLength(1);
        if (way === 'completions streamed') expect(answer?.raw).not.toContain('[DONE]');
      },
    },
    {
      name: 'is no whole answer',
      ...{ on: SPEAKERS.filter((id) => id !== 'openai'), ways: ['responses', 'completions'] },
      replies: ({ scripted }) =>
        scripted.body.stream === true || scripted.path.includes('stream') ? cut('abort') : { frames: [], body: '' },
      answers: [{ status: 'failed' }],
    },
    {
      name: 'by silence ends as a failure',
      ...{ on: HASTY.map(({ id }) => id), ways: ['responses streamed', 'completions streamed'] },
      replies: cut('stall'),
      answers: [{ status: 'failed', message: /silent/ }],
    },
    {
      name: 'by an error of the provider ends with its words',
      ...{ on: ['openai-compatible', 'mistral', 'anthropic', 'google'], ways: STREAMED.slice(1) },
      replies: deltasReply(3, { streamError: ERROR }),
      answers: [{ status: 'failed', message: /the engine died/ }],
    },
    {
      name: 'passed through ends as a failure',
      ...{ on: ['openai', 'azure'], ways: RESPONSES.slice(1) },
      replies: cut('abort'),
      answers: [{ status: 'failed' }],
    },
  ],
});
