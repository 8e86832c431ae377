import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { Recorded } from './entries';

/** A file of JSON lines, one an entry, in the order in which they happened. */
export class Journal<Entry> {
  constructor(readonly file: string) {
    writeFileSync(file, '');
  }

  add(entry: Entry): void {
    appendFileSync(this.file, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
  }

  read(): Recorded<Entry>[] {
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recorded<Entry>);
  }
}
