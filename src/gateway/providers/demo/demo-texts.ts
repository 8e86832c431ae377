import { DemoConversation } from './demo-conversation';
import { DemoStep, DemoWord } from './demo-step';

const MAX_SLOW_WORDS = 10_000;

/** Reasons at some length. */
export const THINK: DemoWord = {
  word: 'think',
  usage: 'think: why is the sky blue',
  description: 'reasons longer before it answers',
  step: (topic) => ({
    think: [
      `The question is: ${topic || 'nothing in particular'}.`,
      'First I look at it from one side, and write down what is known.',
      'Then from the other side, and look for what does not fit.',
      'Both together leave one answer that is simple enough to be told.',
    ].join('\n\n'),
    say: `I thought about **${topic || 'nothing in particular'}** in four steps. You can unfold them above this answer.`,
  }),
};

/** Makes the request, and with it the turn, fail. */
export const FAIL: DemoWord = {
  word: 'fail',
  usage: 'fail: out of coffee',
  description: 'makes the turn fail with these words',
  step: (why) => ({ fail: why || 'as you asked' }),
};

/** Writes a given number of words, to have time to watch. */
export const SLOW: DemoWord = {
  word: 'slow',
  usage: 'slow: 200',
  description: 'writes so many words',
  step: (rest) => {
    const count = Math.min(MAX_SLOW_WORDS, Math.max(1, Number.parseInt(rest, 10) || 100));
    return { say: Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ') };
  },
};

/** The answer to anything else: a greeting, what was said, and every form of Markdown that a client should show. */
export function greeting(conversation: DemoConversation, words: readonly DemoWord[]): DemoStep {
  const { userText, imageCount } = conversation;
  const images = imageCount === 0 ? [] : [`You sent ${imageCount} ${imageCount === 1 ? 'image' : 'images'} with it.`];
  return {
    think: 'The message asks for nothing that I know a word for. I will greet, and say what I can do.',
    say: [
      '# Hello!',
      'I am the **demo model** of codex-relay. I need no key and no network, and the same message always gets the same answer.',
      ...(userText === '' ? [] : [`You said: ${quoted(userText)}`]),
      ...images,
      '## What I understand',
      words.map(({ usage, description }) => `- \`${usage}\` ${description}`).join('\n'),
      'A message is made like this:',
      '```text\nrun: echo "hello from the sandbox"\n```',
      '| event of the turn | shown by |\n| --- | --- |\n| command with output | `run:` |\n| file change | `write:` |\n| plan | `plan:` |',
    ].join('\n\n'),
  };
}

const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return `*${(line.length > 200 ? `${line.slice(0, 200)}...` : line).replace(/[*_`[\]<>]/g, '\\$&')}*`;
};

/** Codex asks for a summary of the conversation, without tools, when its context is full. */
export const summaryStep = (): DemoStep => ({
  say: 'Summary: the user and the demo model exchanged some messages; every request so far has been answered.',
});
