import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CHAT_SPEAKING } from '../support/backend-entries';
import { Answer, STREAMED } from '../support/behaviour';
import { chunkFrames, contentChunk, DONE_FRAME, STOP } from '../support/chunk-frames';
import { contractSuite } from '../support/contract-suite';

const [HIGH = '', LOW = ''] = '😀'.split('');
const pieces = (field: 'content' | 'reasoning_content', ...texts: readonly string[]): ScriptedReply => ({
  frames: [
    ...chunkFrames(...texts.map((text) => contentChunk({ [field]: text })), contentChunk({ content: '!' }), STOP),
    DONE_FRAME,
  ],
});
const whole = ({ answers: [answer] }: { answers: readonly Answer[] }): void => {
  expect(answer?.shown).toBe(answer?.text);
  expect(answer?.raw).not.toMatch(/\\ud83d(?!\\ude00)/i);
};

contractSuite(__filename, 'half a pair of characters at the end of a delta', {
  rows: [
    {
      name: 'waits for its other half',
      ...{ on: [...CHAT_SPEAKING, 'anthropic', 'google'], ways: STREAMED },
      replies: ({ dialect }) =>
        dialect === 'chat' ? pieces('content', `a${HIGH}`, `${LOW}b`) : { text: [`a${HIGH}`, `${LOW}b`, '!'] },
      answers: ['a😀b!'],
      check: whole,
    },
    {
      name: 'that stays alone is U+FFFD',
      ...{ on: [...CHAT_SPEAKING, 'anthropic', 'google'], ways: STREAMED },
      replies: ({ dialect }) =>
        dialect === 'chat' ? pieces('content', `a${HIGH}`, 'b') : { text: [`a${HIGH}`, 'b', '!'] },
      answers: ['a\uFFFDb!'],
      check: whole,
    },
    {
      name: 'that stays alone at the end of the answer is U+FFFD',
      ...{ on: ['openai-compatible', 'vllm', 'anthropic'], ways: STREAMED },
      replies: textReply(`a${HIGH}`),
      answers: ['a\uFFFD'],
    },
    {
      name: 'waits for its other half in thoughts, too',
      ...{ on: ['openai-compatible', 'deepseek', 'vllm'], ways: STREAMED },
      replies: pieces('reasoning_content', `a${HIGH}`, `${LOW}b`),
      answers: ['!'],
      check: ({ answers: [answer] }) => expect(answer?.reasoning).toBe('a😀b'),
    },
    {
      name: 'waits for its other half in arguments, too',
      ...{ on: ['openai-compatible', 'groq'], ways: STREAMED.slice(1) },
      replies: [
        {
          frames: [
            ...chunkFrames(
              ...[`{"cmd":"${HIGH}`, `${LOW}"}`].map((args, at) =>
                contentChunk({
                  tool_calls: [
                    {
                      index: 0,
                      ...(at === 0 ? { id: 'c1', type: 'function' } : {}),
                      function: { ...(at === 0 ? { name: 'exec_command' } : {}), arguments: args },
                    },
                  ],
                }),
              ),
              contentChunk({}, 'tool_calls'),
            ),
            DONE_FRAME,
          ],
        },
        textReply('done'),
      ],
      check: ({ answers: [answer] }) => expect(answer?.calls).toEqual(['{"cmd":"😀"}']),
    },
  ],
});
