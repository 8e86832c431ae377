import { Injectable } from '@nestjs/common';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { bearerKeyOf } from '../../gateway/accounts/gateway-access';
import { errorAnswer, isRequest, McpFailure, Message, parseMessage, SessionGoneError } from './json-rpc';
import { McpBindings } from './mcp-bindings';
import { RelayedAnswer, sentenceOf, ServerLink } from './server-link';

/** Where codex reaches the servers of a thread: `/mcp/<name>`, on the internal listener alone. */
export const MCP_PATH = '/mcp/';
/** Of what a model may give to a tool. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const END_DEADLINE_MS = 2_000;

/** The way in for codex to MCP servers, which speaks streamable HTTP whatever the server does. */
@Injectable()
export class McpEndpoint {
  constructor(private readonly bindings: McpBindings) {}

  /** @param others answers every other request. */
  listener(others: RequestListener): RequestListener {
    return (request, response) => {
      if (request.url?.startsWith(MCP_PATH) !== true) return void others(request, response);
      this.answer(request, response).catch(() => response.destroy());
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const binding = this.bindings.find(bearerKeyOf(request.headers));
    if (binding === undefined) return refuse(response, 401);
    const link = binding.links.get((request.url ?? '').slice(MCP_PATH.length));
    if (link === undefined) return refuse(response, 403);
    const closing = new AbortController();
    response.once('close', () => closing.abort());
    if (request.method === 'POST') return this.post(link, request, response, closing.signal);
    if (request.method === 'GET') return this.listen(link, request, response, closing.signal);
    if (request.method !== 'DELETE') return refuse(response, 405);
    await link.end(headersOf(request), END_DEADLINE_MS);
    response.writeHead(200).end();
  }

  private async post(link: ServerLink, request: IncomingMessage, response: ServerResponse, closed: AbortSignal) {
    const message = await messageIn(request);
    if (message === undefined) return refuse(response, 400);
    try {
      const answer = await link.post(message, headersOf(request), closed);
      if (answer.sessionId !== undefined) response.setHeader('mcp-session-id', answer.sessionId);
      if (!isRequest(message)) response.writeHead(202).end();
      else if (answer.isStream) await stream(response, answer.texts);
      else await whole(response, answer);
    } catch (error) {
      if (closed.aborted) return;
      fail(response, link, message, error);
    }
  }

  private async listen(link: ServerLink, request: IncomingMessage, response: ServerResponse, closed: AbortSignal) {
    try {
      const texts = await link.listen(headersOf(request), closed);
      if (texts === undefined) return refuse(response, 405);
      await stream(response, texts);
    } catch (error) {
      if (response.headersSent) response.end();
      else refuse(response, error instanceof SessionGoneError ? 404 : 405);
    }
  }
}

const refuse = (response: ServerResponse, status: number): void => void response.writeHead(status).end();

function headersOf({ headers }: IncomingMessage) {
  const one = (name: string): string | undefined => headers[name]?.toString();
  return {
    ...{ sessionId: one('mcp-session-id'), protocolVersion: one('mcp-protocol-version') },
    lastEventId: one('last-event-id'),
  };
}

async function messageIn(request: IncomingMessage): Promise<Message | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  try {
    return parseMessage(Buffer.concat(pieces).toString());
  } catch {
    return undefined;
  }
}

async function whole(response: ServerResponse, { texts }: RelayedAnswer): Promise<void> {
  for await (const text of texts) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    return;
  }
}

async function stream(response: ServerResponse, texts: AsyncIterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  for await (const text of texts) {
    if (response.destroyed) return;
    // A caller that does not read holds up its own call.
    if (!response.write(`event: message\ndata: ${text}\n\n`))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

/** As an answer of MCP, so that the model, and the chat's log, say why. */
function fail(response: ServerResponse, link: ServerLink, message: Message, error: unknown): void {
  if (error instanceof SessionGoneError) return refuse(response, 404);
  // Of what expects no answer the next call tells.
  if (!isRequest(message) || message.id === undefined) return refuse(response, 202);
  const failure = error instanceof McpFailure ? error : new McpFailure('unreachable', 'could not be asked');
  const text = JSON.stringify(errorAnswer(message.id, sentenceOf(link.server, failure)));
  if (response.headersSent) response.end(`event: message\ndata: ${text}\n\n`);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}
