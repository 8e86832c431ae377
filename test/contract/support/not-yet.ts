import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Behaviour, Way } from './behaviour';

/** Where a behaviour fails today, and what happens instead. Of a probe it has neither ways nor backends. */
export interface Mark {
  readonly ways?: readonly Way[];
  readonly on?: readonly string[];
  readonly today: string;
}

/** What of a kind is not there yet: marks by the names of its rows. */
export type NotYet = Readonly<Record<string, readonly Mark[]>>;

/** The marks of a suite, from `not-yet/<name of its file>.json` beside it. */
export function notYetOf(suiteFile: string): NotYet {
  const file = join(dirname(suiteFile), 'not-yet', `${basename(suiteFile, '.spec.ts')}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as NotYet) : {};
}

/** The mark of one test of a row, if it has one. */
export const markOf = (notYet: NotYet, row: string, way?: Way, backend?: string): Mark | undefined =>
  notYet[row]?.find(
    ({ on, ways }) =>
      (on === undefined || (backend !== undefined && on.includes(backend))) &&
      (ways === undefined || (way !== undefined && ways.includes(way))),
  );

/** Marks that no test has: of a row that is gone or was renamed, or of ways and backends on which it is not tried. */
export function strayMarks(notYet: NotYet, rows: readonly Behaviour[], probes: readonly { name: string }[]): string[] {
  const stray: string[] = [];
  for (const [name, marks] of Object.entries(notYet)) {
    const row = rows.find((each) => each.name === name);
    if (row === undefined && !probes.some((probe) => probe.name === name)) stray.push(name);
    for (const { on = [], ways = [] } of row === undefined ? [] : marks) {
      const odd = [...on.filter((id) => !row?.on.includes(id)), ...ways.filter((way) => !row?.ways.includes(way))];
      stray.push(...odd.map((each) => `${name}: ${each}`));
    }
  }
  return stray;
}
