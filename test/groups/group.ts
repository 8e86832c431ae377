import { basename, join } from 'node:path';
import { endGroup } from './group-end';

interface Suites {
  readonly ROOT: string;
  suitesOf(group: string): string[];
}
const { ROOT, suitesOf } = jest.requireActual<Suites>('./suites.cjs');

/**
 * Runs every nth suite of a group in one file of Jest's, each in a `describe` with its path, as if it were alone.
 *
 * @param file the group's own, `__filename`: `<group>-<part>-of-<parts>.group.ts`
 */
export function runGroup(file: string): void {
  const [, group = '', part, parts] = /^(\w+)-(\d+)-of-(\d+)\.group\.ts$/.exec(basename(file)) ?? [];
  afterAll(endGroup);
  for (const suite of suitesOf(group).filter((_, index) => index % Number(parts) === Number(part) - 1)) {
    describe(suite, () => void jest.requireActual(join(ROOT, suite)));
  }
}
