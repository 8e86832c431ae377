import { Turns } from './scenes';
import type { ChaosWorld } from './world';

/** What a client asks for when its answer is to be interrupted by a fault. */
export const LONG = { words: 100, everyMs: 20 };
export const SHORT = { words: 5, everyMs: 0 };

/** The turns of the app-server that was hit end so, those of the other one are answered. */
export async function expectEither(turns: Turns, code: string): Promise<void> {
  const outcomes = await turns.outcomes();
  expect(outcomes).toContain(code);
  expect([code, 'completed']).toEqual(expect.arrayContaining(outcomes));
}

/** Every chat goes on, and no promise was broken so far. */
export async function expectGoesOn(world: ChaosWorld): Promise<void> {
  expect(await (await Turns.begin(world.clients, SHORT)).outcomes()).toEqual(['completed']);
  expect((await world.settle()).violations).toEqual([]);
}
