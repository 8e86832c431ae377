import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatClient } from '../client/chat-client';
import type { ReplyRequest } from '../evidence/token';
import type { Random } from '../seeded-random';

/** How often, from 0 to 1, a client does something while its turns run. */
const STEERS = 0.25;
const INTERRUPTS = 0.15;
const FOREIGN_CALLS = 0.3;
const REMOVES = 0.07;
/** Share of the messages whose answer needs a command that a person has to allow. */
export const RUNS = 0.15;
const LATEST_MS = 600;

/** What a client does besides talking: it adds a word, stops a turn, deletes the chat, or tries to reach others. */
export async function act(client: ChatClient, random: Random): Promise<'kept' | 'deleted'> {
  const later = (): Promise<void> => sleep(random.between(0, LATEST_MS));
  const input: Omit<ReplyRequest, 'token'> = { words: random.between(1, 10), everyMs: random.between(0, 10) };
  const [steers, interrupts, callsForeign, removes] = [STEERS, INTERRUPTS, FOREIGN_CALLS, REMOVES].map((share) =>
    random.chance(share),
  );
  await Promise.all([
    steers && later().then(() => client.steer(input)),
    interrupts && later().then(() => client.interrupt()),
    callsForeign && later().then(() => client.callForeign()),
  ]);
  if (!removes) return 'kept';
  await later();
  await client.remove();
  return 'deleted';
}
