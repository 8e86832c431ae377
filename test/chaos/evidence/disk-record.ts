import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskRecord } from './entries';
import { tokensIn } from './token';

/** Reads what lies in a data root. */
export function readDisk(dataRoot: string): DiskRecord {
  const sessions = join(dataRoot, 'sessions');
  const folders = namesIn(sessions).flatMap((user) => namesIn(join(sessions, user)));
  const files = readdirSync(dataRoot, { recursive: true, encoding: 'utf8' });
  const threads = files.filter((name) => name.endsWith('.jsonl'));
  return {
    folders,
    threads: threads.map((file) => ({ file, tokens: tokensIn(readFileSync(join(dataRoot, file), 'utf8')) })),
  };
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
