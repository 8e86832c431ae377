import { Check, judged, no, skipped, works } from './check';

/** Room for a model that thinks before it answers. */
const MAX_TOKENS = 2_000;
/** About 12,000 tokens, which is what a first message of codex has. */
const LONG_LINES = 1_000;
const CODE_WORD = 'heliotrope';

/** In the Responses API, what the client asks for as one text. */
const ask = { max_output_tokens: MAX_TOKENS, store: false } as const;

const longText = (): string => {
  const lines = Array.from({ length: LONG_LINES }, (_, index) => `Line ${index}: nothing of interest stands here.`);
  lines[Math.floor(LONG_LINES / 3)] = `Line ${Math.floor(LONG_LINES / 3)}: the code word is ${CODE_WORD}.`;
  return lines.join('\n');
};

/** Texts in and out, whole and streamed, over both APIs. */
export const TEXT_CHECKS: readonly Check[] = [
  {
    name: 'text',
    run: async ({ client, name: model }) => {
      const { output_text: text } = await client.responses.create({ ...ask, model, input: 'Answer with the word OK.' });
      return judged(text !== '', text);
    },
  },
  {
    name: 'stream',
    run: async ({ client, name: model }) => {
      const stream = client.responses.stream({ ...ask, model, input: 'Count from one to five in words.' });
      let shown = '';
      stream.on('response.output_text.delta', ({ delta }) => (shown += delta));
      const { output_text: text } = await stream.finalResponse();
      return shown === text ? judged(text !== '', text) : no('the pieces are not the whole');
    },
  },
  {
    name: 'completion',
    run: async ({ client, name: model }) => {
      const messages = [{ role: 'user' as const, content: 'Answer with the word OK.' }];
      const { choices, usage } = await client.chat.completions.create({ model, messages, max_tokens: MAX_TOKENS });
      const text = choices[0]?.message.content ?? '';
      return judged(text !== '', usage ? text : `${text} (without usage)`);
    },
  },
  {
    name: 'completion stream',
    run: async ({ client, name: model }) => {
      const messages = [{ role: 'user' as const, content: 'Count from one to five in words.' }];
      const options = { stream: true as const, stream_options: { include_usage: true }, max_tokens: MAX_TOKENS };
      let [text, hasUsage] = ['', false];
      for await (const { choices, usage } of await client.chat.completions.create({ model, messages, ...options })) {
        text += choices[0]?.delta.content ?? '';
        hasUsage ||= usage != null;
      }
      return judged(text !== '', hasUsage ? text : `${text} (without usage)`);
    },
  },
  {
    name: 'history',
    run: async ({ client, name: model }) => {
      const input = [
        { role: 'user' as const, content: `The code word is ${CODE_WORD}. Answer with OK.` },
        { role: 'assistant' as const, content: 'OK' },
        { role: 'user' as const, content: 'Which is the code word? Answer with that word.' },
      ];
      const { output_text: text } = await client.responses.create({ ...ask, model, input });
      return judged(text.toLowerCase().includes(CODE_WORD), text);
    },
  },
  {
    name: 'long',
    run: async ({ client, name: model, contextWindow }) => {
      if (contextWindow < 20_000) return skipped(`its context window is ${contextWindow} tokens`);
      const input = `${longText()}\n\nWhich is the code word? Answer with that word.`;
      const { output_text: text } = await client.responses.create({ ...ask, model, input });
      return judged(text.toLowerCase().includes(CODE_WORD), text);
    },
  },
  {
    name: 'effort',
    run: async ({ client, name: model, efforts }) => {
      const [effort] = efforts;
      if (effort === undefined) return skipped('the file lists no reasoning_levels');
      const reasoning = { effort: effort as 'low' };
      const response = await client.responses.create({ ...ask, model, input: 'Answer with the word OK.', reasoning });
      return judged(response.reasoning?.effort === effort, `${effort}: ${response.output_text}`);
    },
  },
  {
    name: 'abort',
    run: async ({ client, name: model }) => {
      const input = 'Count from one to three hundred in words.';
      const stream = await client.responses.create({ ...ask, model, input, stream: true });
      let hasBegun = false;
      for await (const { type } of stream) {
        if (type !== 'response.output_text.delta') continue;
        hasBegun = true;
        stream.controller.abort();
        break;
      }
      const after = await client.responses.create({ ...ask, model, input: 'Answer with the word OK.' });
      if (!hasBegun) return no('it ended before its first word');
      return works(`and then: ${after.output_text}`);
    },
  },
];
