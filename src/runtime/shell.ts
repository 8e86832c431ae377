import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program that a name means on a search path: what a shim of ours passes on to; undefined when there is none. */
export function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** A word of a shell script that stands for the text itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
