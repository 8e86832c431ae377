import { randomInt } from 'node:crypto';

/** Numbers that a seed decides (mulberry32), so that a run can be repeated. */
export class Random {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)];
    if (choice === undefined) throw new Error('there is nothing to pick from');
    return choice;
  }

  /** Another source, decided by this one: what one part draws does not move what another gets. */
  fork(): Random {
    return new Random(this.between(0, 0xffff_ffff));
  }
}

/** `CHAOS_SEED`, or one that nobody has chosen. */
export function seedFromEnvironment(): number {
  const { CHAOS_SEED = '' } = process.env;
  if (CHAOS_SEED === '') return randomInt(1, 2 ** 31);
  const seed = Number(CHAOS_SEED);
  if (!Number.isSafeInteger(seed)) throw new Error(`CHAOS_SEED is "${CHAOS_SEED}", but must be a whole number`);
  return seed;
}
