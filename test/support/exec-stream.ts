import { createParser } from 'eventsource-parser';

/** What came of a stream whose events have no names. */
export interface ReadStream {
  readonly status: number;
  readonly type: string | null;
  /** The names of events, if they had any. */
  readonly names: readonly string[];
  readonly events: readonly Record<string, unknown>[];
}

/** Reads a stream to its end, or until `isEnough` says so. */
export async function readStream(
  url: string,
  init: RequestInit = {},
  isEnough: (event: Record<string, unknown>) => boolean = () => false,
): Promise<ReadStream> {
  const abortion = new AbortController();
  const response = await fetch(url, { ...init, signal: abortion.signal });
  const names: string[] = [];
  const events: Record<string, unknown>[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event !== undefined) names.push(event);
      const parsed = JSON.parse(data) as Record<string, unknown>;
      events.push(parsed);
      if (isEnough(parsed)) abortion.abort();
    },
  });
  const decoder = new TextDecoder();
  try {
    const chunks: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
    for await (const chunk of chunks ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    if (!abortion.signal.aborted) throw error;
  }
  return { status: response.status, type: response.headers.get('content-type'), names, events };
}
