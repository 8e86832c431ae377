export interface ServerSentEvent {
  /** `message` where the server has named none. */
  readonly event: string;
  readonly data: string;
}

/** Characters of one event; a longer one is none of the service's. */
const MAX_EVENT_LENGTH = 64 * 1024 * 1024;
const LINE_END = /\r\n|\n|\r/;

/**
 * The events of a `text/event-stream`. One that the stream breaks off in is left out.
 *
 * @param onBytes called whenever something has come, a comment that keeps the connection alive, too
 */
export async function* readServerSentEvents(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const fields = new EventFields();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      rest += decoder.decode(value, { stream: true });
      if (rest.length + fields.length > MAX_EVENT_LENGTH) throw new Error('an event of the stream is too long');
      // The other half of a line end may be still to come.
      const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
      const lines = rest.slice(0, end).split(LINE_END);
      rest = `${lines.pop() ?? ''}${rest.slice(end)}`;
      for (const line of lines) {
        const event = fields.take(line);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The fields of an event that is not complete yet. */
class EventFields {
  private event = '';
  private data: string[] = [];
  length = 0;

  /** @returns the event that an empty line ends */
  take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.end();
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.event = value;
    if (name === 'data') {
      this.data.push(value);
      this.length += value.length;
    }
    return undefined;
  }

  private end(): ServerSentEvent | undefined {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    this.length = 0;
    return data.length === 0 ? undefined : { event: event || 'message', data: data.join('\n') };
  }
}
