import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicFrames } from './scripted-anthropic';
import { bedrockFrames } from './scripted-bedrock';
import { chatCompletion, chatFrames } from './scripted-chat';
import { googleFrames } from './scripted-google';
import { codingOf, encoded, playFrames } from './scripted-playback';
import { ScriptedReply, textReply } from './scripted-reply';
import { scriptedRequest, ScriptedRequest } from './scripted-request';
import { responseOf, responsesFrames } from './scripted-responses';

/** Decides what to answer; `request.index` counts the requests. */
export type Script = (request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>;

/**
 * A model provider on loopback: chat completions and the Responses API, streaming and not; the own APIs of Anthropic,
 * Gemini and Bedrock, streaming.
 */
export class ScriptedModel {
  readonly requests: ScriptedRequest[] = [];
  /** Called when the answer to a request has left, or its caller has. */
  onEnded: (request: ScriptedRequest) => void = () => undefined;
  private script: Script = () => textReply('Hello!');
  private readonly server = createServer((request, response) => void this.serve(request, response));

  /** Address for `base_url`, once it listens. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  /** From now on answers by this script, a list of replies (the last one again and again), or always so. */
  play(script: Script | readonly ScriptedReply[] | ScriptedReply): void {
    this.requests.length = 0;
    if (typeof script === 'function') this.script = script;
    else if (!isList(script)) this.script = () => script;
    else this.script = ({ index }) => script[Math.min(index, script.length - 1)] ?? textReply('');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readText(incoming);
    const path = incoming.url ?? '';
    const request = scriptedRequest(this.requests.length, path, incoming.headers, raw);
    this.requests.push(request);
    response.once('close', () => {
      if (!response.writableFinished) request.abandonedAt = performance.now();
      this.onEnded(request);
    });
    const reply = await this.script(request);
    if ((reply.status ?? 200) >= 300) return sendError(response, reply);
    if (reply.body !== undefined) return sendJson(response, reply, reply.body);
    const [route = ''] = path.split('?');
    const native = route.endsWith('/responses');
    if (request.body.stream === true || route.includes(':stream') || route.endsWith('/converse-stream')) {
      const headers = route.endsWith('/converse-stream') ? { ...AMAZON_EVENTS, ...reply.headers } : reply.headers;
      return playFrames(response, framesOf(route, reply, request.index), { ...reply, headers });
    }
    const whole = native ? responseOf(reply, request.index) : chatCompletion(reply, request.index);
    sendJson(response, reply, whole);
  }
}

const AMAZON_EVENTS = { 'content-type': 'application/vnd.amazon.eventstream' };

function framesOf(path: string, reply: ScriptedReply, index: number): readonly (string | Uint8Array)[] {
  if (reply.frames !== undefined) return reply.frames;
  if (path.endsWith('/responses')) return responsesFrames(reply, index);
  if (path.endsWith('/messages')) return anthropicFrames(reply, index);
  if (path.endsWith('/converse-stream')) return bedrockFrames(reply, index);
  return path.includes(':stream') ? googleFrames(reply) : chatFrames(reply, index);
}

/** Starts a scripted model on a free port of loopback. */
export async function startScriptedModel(
  script?: Script | readonly ScriptedReply[] | ScriptedReply,
): Promise<ScriptedModel> {
  const model = new ScriptedModel();
  if (script !== undefined) model.play(script);
  await model.listen();
  return model;
}

const isList = (script: readonly ScriptedReply[] | ScriptedReply): script is readonly ScriptedReply[] =>
  Array.isArray(script);

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, reply: ScriptedReply, body: unknown): void {
  const headers = { 'content-type': 'application/json', ...codingOf(reply), ...reply.headers };
  response.writeHead(200, headers).end(encoded(JSON.stringify(body), reply));
}

function sendError(response: ServerResponse, reply: ScriptedReply): void {
  const { status = 500, headers, error = '' } = reply;
  const json = typeof error !== 'string';
  const type = json ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type, ...codingOf(reply), ...headers });
  response.end(encoded(json ? JSON.stringify(error) : error, reply));
}
