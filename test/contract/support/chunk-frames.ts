/** A chunk of the chat completions API. */
export const contentChunk = (delta: object, finish_reason: unknown = null, more: object = {}): object => ({
  ...{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' },
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

/** Chunks as server-sent events; a text is its event's data as it is. */
export const chunkFrames = (...chunks: readonly (object | string)[]): string[] =>
  chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`);

export const DONE_FRAME = 'data: [DONE]\n\n';
export const STOP = contentChunk({}, 'stop');
export const USAGE = { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 };
