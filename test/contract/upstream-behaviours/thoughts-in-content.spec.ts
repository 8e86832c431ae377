import { callsReply, ScriptedReply, textReply } from '../../support/scripted-reply';
import { COMPATIBLE } from '../support/backend-entries';
import { STREAMED, WAYS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const LOCAL = [...COMPATIBLE, 'azure-dated', 'groq'];
/** Cut where servers cut: anywhere. */
const pieces = (text: string, size: number): ScriptedReply => ({
  text: text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [],
});
const THOUGHT = '<think>\nlet me see\n</think>\n\nfine';

contractSuite(__filename, 'thoughts in the content of an answer', {
  rows: [
    ...[1, 3, 1000].map((size) => ({
      name: `are reasoning, and no text, in pieces of ${size}`,
      ...{ on: LOCAL, ways: STREAMED },
      replies: pieces(THOUGHT, size),
      check: ({ answers: [answer] }: { answers: readonly { text: string; shown: string; reasoning: string }[] }) => {
        expect([answer?.text.trim(), answer?.shown.trim()]).toEqual(['fine', 'fine']);
        expect(answer?.reasoning.trim()).toBe('let me see');
      },
    })),
    {
      name: 'of a whole answer are reasoning, and no text',
      ...{ on: LOCAL, ways: ['responses', 'completions'] },
      replies: textReply(THOUGHT),
      check: ({ answers: [answer] }) => {
        expect(answer?.text.trim()).toBe('fine');
        expect(answer?.reasoning.trim()).toBe('let me see');
      },
    },
    {
      name: 'are not sent back to the model',
      ...{ on: LOCAL, ways: WAYS },
      replies: [textReply(THOUGHT), textReply('more')],
      steps: [{ say: 'one' }, { say: 'two' }],
      answers: [{}, 'more'],
      check: ({ last }) => expect(JSON.stringify(last.messages.map(({ texts }) => texts))).not.toContain('let me see'),
    },
    {
      name: 'stand before a call without being its text',
      ...{ on: ['openai-compatible'], ways: ['chat', 'responses streamed'] },
      replies: [
        callsReply([{ name: 'exec_command', arguments: { cmd: 'true' } }], { text: ['<think>run', ' it</think>'] }),
        textReply('done'),
      ],
      check: ({ answers: [answer] }) => expect(answer?.texts).toEqual(['done']),
    },
    {
      name: 'are left alone where the word stands in the middle of a text',
      ...{ on: LOCAL, ways: STREAMED },
      replies: textReply('write <think> and </think> around it'),
      answers: ['write <think> and </think> around it'],
    },
    {
      name: 'that never end are reasoning',
      ...{ on: ['openai-compatible', 'ollama'], ways: ['responses streamed'] },
      replies: pieces('<think>for ever', 4),
      check: ({ answers: [answer] }) => expect([answer?.text, answer?.reasoning]).toEqual(['', 'for ever']),
    },
  ],
});
