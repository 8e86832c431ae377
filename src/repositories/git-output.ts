import { shownName } from '../runtime/confined/entry-name';

/** Of a working tree. */
export interface GitStatus {
  /** Null: none, the head is a commit. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly head: string | null;
  readonly files: readonly ChangedFile[];
}

export interface ChangedFile {
  /** As it is shown: bytes that are no UTF-8 are `\xff`. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'untracked' | 'conflicted';
}

const nameIn = (field: string): string => shownName(Buffer.from(field, 'latin1'));

/** @param output of `git status --porcelain=v2 --branch -z` */
export function statusIn(output: Buffer): GitStatus {
  let branch: string | null = null;
  let head: string | null = null;
  const files: ChangedFile[] = [];
  const fields = output.toString('latin1').split('\0');
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    const [kind, second = ''] = field.split(' ', 3);
    if (kind === '#') {
      const value = field.split(' ').slice(2).join(' ');
      if (second === 'branch.oid' && value !== '(initial)') head = value;
      if (second === 'branch.head' && value !== '(detached)') branch = nameIn(value);
    } else if (kind === '1') files.push({ path: nameIn(after(field, 8)), status: changeOf(second) });
    else if (kind === '2') {
      files.push({ path: nameIn(after(field, 9)), status: 'renamed' });
      // What it was called before.
      index += 1;
    } else if (kind === 'u') files.push({ path: nameIn(after(field, 10)), status: 'conflicted' });
    else if (kind === '?') files.push({ path: nameIn(field.slice(2)), status: 'untracked' });
  }
  return { branch, head, files };
}

/** What follows so many words. */
const after = (field: string, words: number): string => field.split(' ').slice(words).join(' ');

function changeOf(code: string): ChangedFile['status'] {
  if (code.includes('D')) return 'deleted';
  return code.includes('A') ? 'added' : 'modified';
}

export interface FileDiff {
  readonly path: string;
  /** Lines; null for a file that is no text. */
  readonly added: number | null;
  readonly removed: number | null;
}

/** @param output of `git diff --numstat -z --no-renames` */
export function numbersIn(output: Buffer): FileDiff[] {
  return output
    .toString('latin1')
    .split('\0')
    .flatMap((line) => {
      const found = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(line);
      if (found === null) return [];
      const [added, removed] = [found[1], found[2]].map((count) => (count === '-' ? null : Number(count)));
      return [{ path: nameIn(found[3] ?? ''), added: added ?? null, removed: removed ?? null }];
    });
}
