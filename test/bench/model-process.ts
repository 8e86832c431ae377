import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatFrames } from '../support/scripted-chat';
import { deltasReply } from '../support/scripted-reply';
import { responsesFrames } from '../support/scripted-responses';
import { startChild } from './child';

/** Of every answer. */
export const DELTAS = 20;

/** What the ids of an answer end with; replaced by its number. */
const NUMBER = 424_242;
const ID = new RegExp(String(NUMBER), 'g');
const FRAMES = {
  responses: responsesFrames(deltasReply(DELTAS), NUMBER),
  chat: chatFrames(deltasReply(DELTAS), NUMBER),
};

/**
 * The model in a process of its own, so that its work is not counted as anybody else's. It gives the same answer to
 * every request, in the Responses API or as chat completions, and without reading what it is asked: it is to cost as
 * little as possible, and the same to everybody.
 *
 * @param apartMs between two events; 0 for an answer in one piece
 */
export async function startModelProcess(apartMs = 0): Promise<{ url: string; pid: number; stop(): void }> {
  const { line, pid, stop } = await startChild(__filename, String(apartMs));
  return { url: line, pid, stop };
}

let answers = 0;

interface Pieces {
  readonly responses: readonly string[];
  readonly chat: readonly string[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: Pieces,
  apartMs: number,
): Promise<void> {
  answers += 1;
  const number = String(answers);
  const [first = '', ...more] = request.url?.endsWith('/responses') ? pieces.responses : pieces.chat;
  response.socket?.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (more.length === 0) return void response.end(first.replace(ID, number));
  for (const piece of [first, ...more]) {
    response.write(piece.replace(ID, number));
    await sleep(apartMs);
  }
  response.end();
}

function serve(apartMs: number): void {
  const whole = { responses: [FRAMES.responses.join('')], chat: [FRAMES.chat.join('')] };
  const pieces = apartMs === 0 ? whole : FRAMES;
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume().once('end', () => void answer(request, response, pieces, apartMs));
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
    process.stdin.resume().once('end', () => process.exit(0));
  });
}

if (process.argv[2] === 'serve') serve(Number(process.argv[3]));
