import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatFrames } from '../support/scripted-chat';
import { deltasReply } from '../support/scripted-reply';
import { responsesFrames } from '../support/scripted-responses';
import { startChild } from './child';

/** Of every answer. */
export const DELTAS = 20;

/** What the ids of an answer end with; replaced by its number. */
const NUMBER = 424_242;
const ID = new RegExp(String(NUMBER), 'g');
const RESPONSES = responsesFrames(deltasReply(DELTAS), NUMBER).join('');
const CHAT = chatFrames(deltasReply(DELTAS), NUMBER).join('');

/**
 * The model in a process of its own, so that its work is not counted as anybody else's. It gives the same answer to
 * every request, in the Responses API or as chat completions, in one piece and without reading what it is asked: it is
 * to cost as little as possible, and the same to everybody.
 */
export async function startModelProcess(): Promise<{ url: string; pid: number; stop(): void }> {
  const { line, pid, stop } = await startChild(__filename);
  return { url: line, pid, stop };
}

let answers = 0;

function answer(request: IncomingMessage, response: ServerResponse): void {
  answers += 1;
  const text = request.url?.endsWith('/responses') ? RESPONSES : CHAT;
  response.socket?.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(text.replace(ID, String(answers)));
}

function serve(): void {
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume().once('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
    process.stdin.resume().once('end', () => process.exit(0));
  });
}

if (process.argv[2] === 'serve') serve();
