import { type Dir, opendirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { tooLarge } from '../common/domain.error';
import type { HeldEntry } from '../runtime/confined/confined-folder';

/** Entries of one folder that are gone through: some seconds of work. */
export const MAX_ENTRIES = 1_000_000;
const AT_ONCE = 512;

/** A name with a character for each byte: four times as fast as a Buffer, and in the same order. */
export type ByteName = string;
const BYTES = 'latin1';

export const bytesOfName = (name: ByteName): Buffer => Buffer.from(name, BYTES);

/** Names of a folder, in the order of their bytes. */
export interface NamePage {
  readonly names: readonly Buffer[];
  readonly hasMore: boolean;
}

/**
 * The names of a folder in the order in which the disk has them, some hundred at once. Never holds all of them. Other work comes in
 * between; a promise for each name would take ten times as long.
 *
 * @throws DomainError 413 `folder_too_large`
 */
export async function* namesIn({ fd }: Pick<HeldEntry, 'fd'>): AsyncGenerator<ByteName[], void, void> {
  const folder = opendirSync(`/proc/self/fd/${fd}`, { encoding: BYTES, bufferSize: AT_ONCE });
  try {
    for (let count = 0, names = some(folder); names.length > 0; names = some(folder)) {
      count += names.length;
      if (count > MAX_ENTRIES) {
        throw tooLarge('folder_too_large', `The folder has more than ${MAX_ENTRIES} entries, and cannot be listed.`);
      }
      yield names;
      await setImmediate();
    }
  } finally {
    folder.closeSync();
  }
}

function some(folder: Dir): ByteName[] {
  const names: ByteName[] = [];
  for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
    names.push(entry.name);
    if (names.length === AT_ONCE) break;
  }
  return names;
}

/** The first names of a folder behind one, of which not many more than are asked for are held. @throws as `namesIn` */
export async function namesAfter(
  folder: Pick<HeldEntry, 'fd'>,
  { after, limit, hidden }: { after?: Buffer; limit: number; hidden: readonly Buffer[] },
): Promise<NamePage> {
  const [last, left] = [after?.toString(BYTES), hidden.map((name) => name.toString(BYTES))];
  let first: ByteName[] = [];
  for await (const names of namesIn(folder)) {
    first.push(...names.filter((name) => (last === undefined || name > last) && !left.includes(name)));
    if (first.length > 2 * (limit + 1)) first = smallest(first, limit + 1);
  }
  first = smallest(first, limit + 1);
  return { names: first.slice(0, limit).map(bytesOfName), hasMore: first.length > limit };
}

const smallest = (names: ByteName[], count: number): ByteName[] => names.sort(byCode).slice(0, count);

const byCode = (one: ByteName, other: ByteName): number => (one < other ? -1 : Number(one > other));
