import type { Message } from './json-rpc';

/** What a caller's request says beside its message. */
export interface CallTerms {
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly lastEventId: string | undefined;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** What a server answers to a message. */
export interface UpstreamAnswer {
  /** Of a session that has begun with it. */
  readonly sessionId: string | undefined;
  /** One, or a stream of which the last is the answer; none to what is no request. */
  readonly messages: AsyncIterable<Message>;
  readonly isStream: boolean;
}

/** An MCP server, however it is reached. All throw McpFailure. */
export interface Upstream {
  /** @throws SessionGoneError */
  post(message: Message, terms: CallTerms): Promise<UpstreamAnswer>;
  /** What it sends by itself; undefined where it sends nothing so. @throws SessionGoneError */
  listen(terms: CallTerms): Promise<AsyncIterable<Message> | undefined>;
  /** Ends a session. Never throws. */
  end(terms: CallTerms): Promise<void>;
  /** Ends what runs of it here. */
  close(): void;
}

export async function* none(): AsyncGenerator<Message> {}
