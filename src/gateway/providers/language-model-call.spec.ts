import type { LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import { UpstreamError } from '../wire/upstream.error';
import { languageModelStream } from './language-model-call';

type Part = LanguageModelV4StreamPart;
const busy = (): UpstreamError =>
  new UpstreamError('rate_limit_exceeded', 'busy', { retryable: true, retryAfterMs: 1 });
const text: Part = { type: 'text-delta', id: 't', delta: 'a' };
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } } as LanguageModelV4Usage;
const failed = (error: unknown): Part => ({ type: 'error', error });

/** Each attempt gives the next list of parts, or throws. */
function model(attempts: readonly (readonly Part[] | Error)[]): LanguageModelV4 & { calls: number } {
  const scripted = {
    specificationVersion: 'v4' as const,
    provider: 'p',
    modelId: 'm',
    supportedUrls: {},
    calls: 0,
    doGenerate: () => Promise.reject(new Error('unused')),
    doStream: () => {
      const attempt = attempts[scripted.calls++] ?? [];
      if (attempt instanceof Error) return Promise.reject(attempt);
      return Promise.resolve({ stream: ReadableStream.from<Part>(attempt) });
    },
  };
  return scripted;
}

async function collect(source: LanguageModelV4, signal = new AbortController().signal): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of languageModelStream({ model: source, options: { prompt: [] } }, signal)) parts.push(part);
  return parts;
}

describe('languageModelStream', () => {
  it('throws what went wrong, also inside the stream, and leaves repeats to the dispatcher', async () => {
    const flaky = model([busy(), [{ type: 'stream-start', warnings: [] }, failed(busy())], [text]]);
    await expect(collect(flaky)).rejects.toThrow('busy');
    await expect(collect(flaky)).rejects.toThrow('busy');
    expect(await collect(flaky)).toContainEqual(text);
  });

  it('does not ask again once there was output', async () => {
    const cut = model([[text, failed(busy())], [text]]);
    await expect(collect(cut)).rejects.toThrow('busy');
    expect(cut.calls).toBe(1);
  });

  it('does not wait longer than a person would', async () => {
    const tomorrow = model([
      new UpstreamError('rate_limit_exceeded', 'x', { retryable: true, retryAfterMs: 86_400_000 }),
    ]);
    await expect(collect(tomorrow)).rejects.toThrow('x');
    expect(tomorrow.calls).toBe(1);
  });

  it('passes no end of an item on that only the break of the stream made', async () => {
    const call: Part = { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"cut' };
    const parts: Part[] = [];
    const read = async (): Promise<void> => {
      const source = model([[text, { type: 'text-end', id: 't' }, call, failed(new Error('cut'))]]);
      for await (const part of languageModelStream(
        { model: source, options: { prompt: [] } },
        new AbortController().signal,
      ))
        parts.push(part);
    };
    await expect(read()).rejects.toThrow('broke off');
    expect(parts).toEqual([text]);
  });

  it.each(['other', 'tool-calls'] as const)(
    'takes no answer for complete that ends for no reason (%s)',
    async (unified) => {
      const finish: Part = { type: 'finish', finishReason: { unified, raw: undefined }, usage };
      const call: Part = { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{}' };
      await expect(collect(model([[text, call, finish]]))).rejects.toThrow('broke off');
      const known: Part = { ...finish, finishReason: { unified, raw: 'a reason' } };
      expect(await collect(model([[text, call, known]]))).toContainEqual(known);
    },
  );

  it('throws why it was aborted', async () => {
    const abort = new AbortController();
    abort.abort(UpstreamError.silent(5));
    await expect(collect(model([busy()]), abort.signal)).rejects.toThrow('was silent for 5 s');
  });
});
