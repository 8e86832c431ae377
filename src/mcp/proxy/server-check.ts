import { Injectable } from '@nestjs/common';
import { isObject } from '../../gateway/wire/json';
import type { McpServer } from '../catalog/mcp-server';
import { isAnswer, McpFailure, type Message, parseMessage } from './json-rpc';
import { LinkFactory } from './link-factory';
import { type LinkState, sentenceOf, type ServerLink } from './server-link';
import type { CallTerms } from './upstream';

/** What whoever waits for it in front of a page has patience for. */
const CHECK_MS = 30_000;
/** A server that knows another one says so in its answer. */
const PROTOCOL_VERSION = '2025-06-18';
const CLIENT = {
  protocolVersion: PROTOCOL_VERSION,
  capabilities: {},
  clientInfo: { name: 'codex-relay', version: '1' },
};

/** Looks at a server outside of a chat: whether it lets a user in, and which tools it has. */
@Injectable()
export class ServerCheck {
  constructor(private readonly links: LinkFactory) {}

  /** What there is to know of it; undefined for one over stdio, which runs in a chat's sandbox only. Takes 30 seconds at most. */
  async stateFor(userId: string, server: McpServer): Promise<LinkState | undefined> {
    const states: LinkState[] = [];
    const link = this.links.probe(server, userId, (state) => states.push(state));
    if (link === undefined) return undefined;
    try {
      await this.links.admitCall(userId);
      await listTools(link, AbortSignal.timeout(CHECK_MS));
    } catch (error) {
      const known = states.at(-1);
      if (known !== undefined && known.status !== 'ready') return known;
      const failure = error instanceof McpFailure ? error : new McpFailure('unreachable', 'could not be asked');
      return { status: 'failed', failure: sentenceOf(server, failure) };
    }
    return states.at(-1) ?? { status: 'failed', failure: `The MCP server "${server.name}" has told of no tools.` };
  }
}

/** Begins a session, has the tools told, page by page, and ends it. */
async function listTools(link: ServerLink, closed: AbortSignal): Promise<void> {
  const begun = await link.post(call(0, 'initialize', CLIENT), NO_SESSION, closed);
  const welcome = await answerOf(begun.texts);
  if (welcome?.error !== undefined) return;
  const version = welcome?.result?.protocolVersion;
  const terms = { ...NO_SESSION, sessionId: begun.sessionId, protocolVersion: textOf(version) ?? PROTOCOL_VERSION };
  try {
    await link.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, terms, closed);
    let cursor: string | undefined;
    for (let id = 1; id === 1 || cursor !== undefined; id += 1) {
      const { texts } = await link.post(call(id, 'tools/list', cursor === undefined ? {} : { cursor }), terms, closed);
      cursor = textOf((await answerOf(texts))?.result?.nextCursor);
    }
  } finally {
    if (begun.sessionId !== undefined) await link.end(terms, 1_000);
  }
}

const NO_SESSION: Omit<CallTerms, 'signal'> = {
  ...{ sessionId: undefined, protocolVersion: undefined, lastEventId: undefined },
};

const call = (id: number, method: string, params: Record<string, unknown>): Message => ({
  ...{ jsonrpc: '2.0', id, method, params },
});

type Answer = Omit<Message, 'result'> & { readonly result?: Readonly<Record<string, unknown>> };

/** The last message of an answer; what the server asks or tells before it has nobody here. */
async function answerOf(texts: AsyncIterable<string>): Promise<Answer | undefined> {
  let answer: Message | undefined;
  for await (const text of texts) {
    const message = parseMessage(text);
    if (isAnswer(message)) answer = message;
  }
  if (answer === undefined) return undefined;
  return { ...answer, result: isObject(answer.result) ? answer.result : undefined };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
