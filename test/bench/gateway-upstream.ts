import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChild } from './child';

/** Chunks of a stream that is asked for by `{"stream": true}`, and the pause between two. */
export const STREAM_CHUNKS = 20;

const FRAME = { id: 'chat-1', created: 1, model: 'scripted-1' };
const USAGE = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const MESSAGE = { role: 'assistant', content: 'A scripted answer, of a few words.' };
const CHOICE = { index: 0, message: MESSAGE, finish_reason: 'stop' };
const COMPLETION = JSON.stringify({ ...FRAME, object: 'chat.completion', choices: [CHOICE], usage: USAGE });

/** The provider in a process of its own. */
export const startGatewayUpstream = (): Promise<{ line: string; stop(): void }> => startChild(__filename);

/** Of five characters. */
const WORDS_A_MB = 200_000;

const chunk = (fields: object): string =>
  `data: ${JSON.stringify({ ...FRAME, object: 'chat.completion.chunk', ...fields })}\n\n`;
const delta = (content: string, finish_reason: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason }] });
const LAST = delta('', 'stop') + chunk({ choices: [], usage: USAGE }) + 'data: [DONE]\n\n';

function answer(body: string, response: ServerResponse): void {
  if (!body.includes('"stream":true')) {
    const megabytes = Number(/"user":"megabytes (\d+)"/.exec(body)?.[1] ?? 0);
    const whole = COMPLETION.replace('A scripted', () => `${'word '.repeat(megabytes * WORDS_A_MB)}A scripted`);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
    return void response.end(whole);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const pauseMs = Number(/"user":"pause (\d+)"/.exec(body)?.[1] ?? 0);
  sendChunks(response, pauseMs, 0);
}

/** Each chunk says when it left, by the clock that all processes of a machine share. */
function sendChunks(response: ServerResponse, pauseMs: number, sent: number): void {
  if (response.destroyed) return;
  if (sent === STREAM_CHUNKS) return void response.end(LAST);
  response.write(delta(`at ${process.hrtime.bigint()};`));
  const next = (): void => sendChunks(response, pauseMs, sent + 1);
  if (pauseMs > 0) setTimeout(next, pauseMs);
  else setImmediate(next);
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => answer(Buffer.concat(pieces).toString(), response));
}

function serve(): void {
  const server = createServer(receive).listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
    process.stdin.resume().once('end', () => process.exit(0));
  });
}

if (process.argv[2] === 'serve') serve();
