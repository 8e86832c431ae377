import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { ScriptedReply } from './scripted-reply';

/** Sends the frames of a reply with its pauses, and its fault if it has one. */
export async function playFrames(
  response: ServerResponse,
  frames: readonly (string | Uint8Array)[],
  reply: ScriptedReply,
): Promise<void> {
  const { fault, firstDelayMs = 0, delayMs = 0, endDelayMs = 0, pauseMs = 0, headers } = reply;
  response.socket?.setNoDelay(true);
  if (firstDelayMs > 0) await delay(firstDelayMs);
  response.writeHead(200, { 'content-type': 'text/event-stream', ...codingOf(reply), ...headers });
  if (reply.encoding !== undefined) return void response.end(encoded(Buffer.concat(frames.map(bytesOf)), reply));
  const sent = fault === undefined ? frames : frames.slice(0, fault.afterFrames);
  for (const [index, frame] of sent.entries()) {
    if (index > 0 && delayMs > 0) await delay(delayMs);
    if (pauseMs > 0 && index === Math.floor(sent.length / 2)) await delay(pauseMs);
    if (response.destroyed) return;
    response.write(frame);
  }
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'abort') return breakConnection(response);
  if (endDelayMs > 0) await delay(endDelayMs);
  response.end();
}

/** What has been written leaves first. */
async function breakConnection(response: ServerResponse): Promise<void> {
  await delay(20);
  response.socket?.resetAndDestroy();
}

const bytesOf = (frame: string | Uint8Array): Uint8Array => (typeof frame === 'string' ? Buffer.from(frame) : frame);
const CODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

/** A body in the coding of its reply. */
export const encoded = (body: string | Buffer, { encoding }: ScriptedReply): string | Buffer =>
  encoding === undefined ? body : CODERS[encoding](body);

export const codingOf = ({ encoding }: ScriptedReply): Record<string, string> =>
  encoding === undefined ? {} : { 'content-encoding': encoding };
