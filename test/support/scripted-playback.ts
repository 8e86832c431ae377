import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ScriptedReply } from './scripted-reply';

/** Sends the frames of a reply with its pauses, and its fault if it has one. */
export async function playFrames(
  response: ServerResponse,
  frames: readonly string[],
  reply: ScriptedReply,
): Promise<void> {
  const { fault, firstDelayMs = 0, delayMs = 0, endDelayMs = 0, headers } = reply;
  response.socket?.setNoDelay(true);
  if (firstDelayMs > 0) await delay(firstDelayMs);
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  const sent = fault === undefined ? frames : frames.slice(0, fault.afterFrames);
  for (const [index, frame] of sent.entries()) {
    if (index > 0 && delayMs > 0) await delay(delayMs);
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
