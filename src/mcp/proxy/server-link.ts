import { isObject } from '../../gateway/wire/json';
import type { McpServer } from '../catalog/mcp-server';
import { CallWatch } from './call-watch';
import {
  isAnswer,
  isQuestion,
  isRequest,
  MAX_MESSAGE_BYTES,
  McpFailure,
  Message,
  SessionGoneError,
  textOfMessage,
} from './json-rpc';
import { McpCallRecord } from './mcp-call-record';
import { checkedTools, ToolFacts } from './tool-check';
import { CallTerms, Upstream } from './upstream';

/** Of one call, its answer included. */
const MAX_CALL_BYTES = 4 * MAX_MESSAGE_BYTES;
const MAX_CALL_MESSAGES = 2_000;
/** Of what a server sends by itself while a thread is loaded. */
const MAX_STREAM_MESSAGES = 10_000;
/** Pages of a list of tools. */
const MAX_PAGES = 10;
/** Calls of one chat at a time. */
const MAX_CALLS = 16;

/** How a server does in a chat. */
export type LinkState =
  | { readonly status: 'ready'; readonly tools: readonly ToolFacts[]; readonly leftOut: readonly string[] }
  | { readonly status: 'failed' | 'sign_in_required'; readonly failure: string };

const NO_TOOLS = { status: 'ready', tools: [], leftOut: [] } as const;

/** What a link needs of the service. */
export interface LinkPorts {
  /** Called whenever its state may be another one. */
  onState(state: LinkState): void;
  /** Counts a call of a tool. @throws McpFailure `limit` */
  admitCall(): Promise<void>;
}

/** An answer on its way to the caller, its messages as text. */
export interface RelayedAnswer {
  readonly sessionId: string | undefined;
  readonly texts: AsyncIterable<string>;
  readonly isStream: boolean;
}

type Headers = Omit<CallTerms, 'signal'>;

/**
 * The way between one chat's thread and one server: what goes over it is checked, counted, and has its deadline. A server that
 * hangs, floods or lies costs the calls that it was asked for.
 */
export class ServerLink {
  /** Ids of what the server asks a person at the moment. */
  private readonly questions = new Set<string | number>();
  private calls = 0;
  /** Of the list that is read at the moment, page by page. */
  private listed: Extract<LinkState, { status: 'ready' }> = NO_TOOLS;
  private pages = 0;

  constructor(
    readonly server: McpServer,
    private readonly upstream: Upstream,
    private readonly ports: LinkPorts,
  ) {}

  /** @throws McpFailure, SessionGoneError */
  async post(message: Message, headers: Headers, closed: AbortSignal): Promise<RelayedAnswer> {
    if (isAnswer(message)) this.questions.delete(message.id ?? '');
    const record = new McpCallRecord(message, this.server.scope);
    await this.admit(message).catch((error: unknown) => {
      record.failed(error);
      throw error;
    });
    const watch = new CallWatch(this.limitMs(message), closed, () => this.questions.size > 0);
    this.calls += 1;
    const release = (): void => {
      watch.stop();
      this.calls -= 1;
    };
    try {
      const answer = await this.upstream.post(withoutPrivate(message), { ...headers, signal: watch.signal });
      const texts = this.answersTo(message, answer.messages, { watch, release, record });
      if (!isRequest(message)) release();
      return { sessionId: answer.sessionId, texts, isStream: answer.isStream };
    } catch (error) {
      release();
      record.failed(watch.signal.aborted ? watch.signal.reason : error);
      throw this.noted(message, error);
    }
  }

  /** What the server sends by itself; undefined where it sends nothing so. @throws McpFailure, SessionGoneError */
  async listen(headers: Headers, closed: AbortSignal): Promise<AsyncIterable<string> | undefined> {
    const messages = await this.upstream.listen({ ...headers, signal: closed });
    return messages && this.unasked(messages);
  }

  /** Never throws. */
  end(headers: Headers, deadlineMs: number): Promise<void> {
    return this.upstream.end({ ...headers, signal: AbortSignal.timeout(deadlineMs) });
  }

  /** Ends what runs for it. */
  close(): void {
    this.upstream.close();
  }

  private async admit(message: Message): Promise<void> {
    if (this.calls >= MAX_CALLS) throw new McpFailure('limit', `has ${MAX_CALLS} calls of this chat to answer already`);
    if (message.method !== 'tools/call') return;
    const { enabledTools } = this.server;
    const name = message.params?.name;
    if (enabledTools !== null && !enabledTools.includes(String(name))) {
      throw new McpFailure('not_allowed', `has no tool ${JSON.stringify(name)} that is enabled`);
    }
    await this.ports.admitCall();
  }

  private limitMs({ method }: Message): number {
    const { startupTimeoutSeconds, toolTimeoutSeconds } = this.server;
    return 1000 * (method === 'initialize' ? startupTimeoutSeconds : toolTimeoutSeconds);
  }

  private async *answersTo(
    request: Message,
    messages: AsyncIterable<Message>,
    { watch, release, record }: { watch: CallWatch; release: () => void; record: McpCallRecord },
  ): AsyncGenerator<string> {
    let bytes = 0;
    let count = 0;
    const asked: (string | number)[] = [];
    try {
      for await (const message of messages) {
        watch.touch();
        if (isQuestion(message)) asked.push(this.question(message));
        const text = textOfMessage(this.checked(request, message));
        bytes += text.length;
        count += 1;
        if (bytes > MAX_CALL_BYTES || count > MAX_CALL_MESSAGES) throw flood();
        record.came(message);
        yield text;
        if (isAnswer(message) && message.id === request.id) return;
      }
      if (isRequest(request)) throw new McpFailure('ended', 'ended its answer before it was complete');
    } catch (error) {
      // What broke off because it was to end says less than why it was.
      const reason: unknown = watch.signal.aborted ? watch.signal.reason : error;
      record.failed(reason);
      throw this.noted(request, reason);
    } finally {
      record.left();
      for (const id of asked) this.questions.delete(id);
      if (isRequest(request)) release();
    }
  }

  private async *unasked(messages: AsyncIterable<Message>): AsyncGenerator<string> {
    let count = 0;
    for await (const message of messages) {
      // One that goes on and on is not listened to any more; its answers are.
      if ((count += 1) > MAX_STREAM_MESSAGES) return;
      if (isQuestion(message)) this.question(message);
      yield textOfMessage(message);
    }
  }

  /** @returns its id */
  private question({ id = '' }: Message): string | number {
    this.questions.add(id);
    return id;
  }

  private checked(request: Message, message: Message): Message {
    if (!isAnswer(message) || message.id !== request.id) return message;
    if (message.error !== undefined) return this.refused(request, message);
    if (request.method === 'initialize' && !isWelcome(message.result)) {
      throw new McpFailure('protocol', 'has answered "initialize" with what makes no sense');
    }
    if (request.method !== 'tools/list') return message;
    return this.listedTools(request, message);
  }

  private listedTools({ params }: Message, message: Message): Message {
    const isFirst = params?.cursor === undefined;
    const earlier = isFirst ? NO_TOOLS : this.listed;
    this.pages = isFirst ? 1 : this.pages + 1;
    const {
      message: shown,
      tools,
      leftOut,
    } = checkedTools(message, this.server.enabledTools, {
      before: earlier.tools.length,
      isLast: this.pages >= MAX_PAGES,
    });
    this.listed = { status: 'ready', tools: [...earlier.tools, ...tools], leftOut: [...earlier.leftOut, ...leftOut] };
    this.ports.onState(this.listed);
    return shown;
  }

  private refused(request: Message, message: Message): Message {
    if (isStart(request))
      this.ports.onState({ status: 'failed', failure: `The server refused ${request.method ?? ''}.` });
    return message;
  }

  /** The same error; a start that failed, or a sign-in that is missing, is the server's state from now on. */
  private noted(request: Message, error: unknown): unknown {
    if (!(error instanceof McpFailure)) {
      return error instanceof SessionGoneError ? error : new McpFailure('unreachable', 'could not be asked');
    }
    const needsSignIn = error.kind === 'sign_in_required' && this.server.auth.kind === 'oauth';
    if (needsSignIn || isStart(request)) {
      this.ports.onState({
        status: needsSignIn ? 'sign_in_required' : 'failed',
        failure: sentenceOf(this.server, error),
      });
    }
    return error;
  }
}

/** The failure for a person, and for the model. */
export const sentenceOf = ({ name }: McpServer, { message }: McpFailure): string =>
  `The MCP server "${name}" ${message}.`;

const flood = (): McpFailure => new McpFailure('too_large', 'sent more than a call may bring');

/** As codex expects it. */
function isWelcome(result: unknown): boolean {
  const { protocolVersion, capabilities, serverInfo, instructions = '' } = isObject(result) ? result : {};
  const told = [protocolVersion, ...(isObject(serverInfo) ? [serverInfo.name, serverInfo.version] : [undefined])];
  if (![...told, instructions ?? ''].every((one) => typeof one === 'string')) return false;
  return isObject(capabilities) && Object.values(capabilities).every((one) => one === null || isObject(one));
}

const isStart = ({ method }: Message): boolean => method === 'initialize' || method === 'tools/list';

/** Codex tells whoever serves it of the call, the thread and the session, and where workspaces lie. */
function withoutPrivate(message: Message): Message {
  const { _meta: meta, ...params } = message.params ?? {};
  if (meta === undefined) return message;
  const { progressToken } = isObject(meta) ? meta : {};
  return { ...message, params: { ...params, ...(progressToken !== undefined && { _meta: { progressToken } }) } };
}
