import { randomFillSync, randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/** Ids that one millisecond has; the first takes a number in the lower half, so that there are enough behind it. */
const NUMBERS = 2 ** 32;
/** A UUIDv7 begins with 12 hexadecimal digits of its time in milliseconds, and a hyphen among them. */
const TIME_LENGTH = 13;

/** A UUID takes 16 random bytes; those of many are made at once, which costs no more than those of one. */
const ID_BYTES = 16;
const pool = Buffer.alloc(ID_BYTES * 256);
let taken = pool.length;

function randomBytes(): Uint8Array {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += ID_BYTES;
  return pool.subarray(taken - ID_BYTES, taken);
}

/** The time of the last id in milliseconds, which a clock that is set back makes no smaller, and its number within. */
let lastMs = 0;
let lastNumber = 0;

/** A UUIDv7: ids made later sort later, whatever the clock does, and also after a restart (`continueIdsAfter`). */
export function newId(): string {
  const clockMs = Date.now();
  if (clockMs > lastMs) begin(clockMs);
  else if (lastNumber < NUMBERS - 1) lastNumber += 1;
  else begin(lastMs + 1);
  return v7({ msecs: lastMs, seq: lastNumber, random: randomBytes() });
}

/**
 * From now on every id sorts behind this one. Where the clock was ahead when it was made, ids count on within the
 * millisecond after it until the clock has come there.
 */
export function continueIdsAfter(id: string): void {
  const afterMs = parseInt(id.slice(0, TIME_LENGTH).replace('-', ''), 16) + 1;
  if (isTimeOrdered(id) && afterMs > lastMs) begin(afterMs);
}

function begin(ms: number): void {
  lastMs = ms;
  lastNumber = randomInt(NUMBERS / 2);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isId = (text: string): boolean => UUID.test(text);

const isTimeOrdered = (text: string): boolean => isId(text) && text[14] === '7';
