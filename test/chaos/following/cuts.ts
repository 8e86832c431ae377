import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../seeded-random';
import { Follower } from './follower';

const RETRY_MS = 10;

/**
 * Breaks a client's connection at random moments; one that is not connected at such a moment is waited for.
 *
 * @param withinMs the moments lie between now and then.
 */
export async function cutRepeatedly(
  follower: Follower,
  times: number,
  withinMs: number,
  random: Random,
): Promise<void> {
  const startedAt = performance.now();
  const moments = Array.from({ length: times }, () => random.next() * withinMs).sort((a, b) => a - b);
  for (const moment of moments) {
    await sleep(Math.max(0, startedAt + moment - performance.now()));
    while (!follower.cut()) await sleep(RETRY_MS);
  }
}
