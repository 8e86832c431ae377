import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../common/ids';
import { Semaphore } from '../common/semaphore';
import { folderSize } from '../runtime/folder-size';
import type { Git, GitCall } from '../runtime/git/git';
import { removeFolder } from '../runtime/remove-folder';

/** Git's name for a tree with nothing in it, which it knows without having it. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const QUICK_MS = 60_000;
const GC_MS = 600_000;
/** Each snapshot with more than a hundred new files makes one. */
const MAX_PACKS = 20;
const MAX_LOOSE = 2_000;

/** Names are bytes of a file system, and content is what it is. */
const SETTINGS = {
  ...{ 'core.protectNTFS': 'false', 'core.protectHFS': 'false', 'core.autocrlf': 'false', 'core.bare': 'true' },
  ...{ 'core.compression': '1', 'pack.threads': '1', 'core.logAllRefUpdates': 'false', 'core.symlinks': 'true' },
} as const;

/** A file, link or empty folder that differs between two trees. */
export interface TreeChange {
  /** Its path in the trees. */
  readonly path: Buffer;
  readonly kind: 'added' | 'changed' | 'deleted';
  /** Of what it becomes; null for one that is deleted. */
  readonly mode: string | null;
  readonly blobId: string | null;
}

type Call = Omit<GitCall, 'gitDir' | 'settings' | 'timeoutMs'> & { readonly timeoutMs?: number };

/**
 * The recorded workspaces of a family of chats: a bare repository that no agent sees. Each snapshot is a commit without a parent,
 * the same for the same files, that a reference of its chat keeps.
 */
export class SnapshotStore {
  /** Whatever writes to it does so alone. */
  readonly lock = new Semaphore(1);

  constructor(
    private readonly git: Git,
    readonly path: string,
  ) {}

  get exists(): boolean {
    return existsSync(join(this.path, 'HEAD'));
  }

  /** Makes it, if it is not there. @throws Error of the file system */
  async prepare(): Promise<void> {
    if (this.exists) return;
    const draft = `${this.path}.${newId()}`;
    await mkdir(join(draft, 'objects'), { recursive: true, mode: 0o700 });
    await mkdir(join(draft, 'refs'), { mode: 0o700 });
    await mkdir(join(draft, 'relay'), { mode: 0o700 });
    await writeFile(join(draft, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/none\n');
    await rename(draft, this.path).catch(async (error: unknown) => {
      await removeFolder(draft);
      if (!this.exists) throw error;
    });
  }

  /** Of what was recorded last of a chat. */
  cachePath(chatId: string): string {
    return join(this.path, 'relay', `${chatId}.json`);
  }

  run({ timeoutMs = QUICK_MS, ...call }: Call): Promise<Buffer> {
    return this.git.run({ ...call, timeoutMs, gitDir: this.path, settings: SETTINGS });
  }

  /** Feeds `git fast-import`. @returns the ids of what has marks, by the number of the mark. @throws GitError, the signal's reason */
  async import(input: AsyncIterable<Uint8Array>, signal: AbortSignal, timeoutMs: number): Promise<Map<number, string>> {
    const marks = join(this.path, 'relay', `marks-${newId()}`);
    const args = ['fast-import', '--quiet', '--done', '--force', `--export-marks=${marks}`];
    try {
      await this.run({ args, input, signal, timeoutMs });
      const lines = (await readFile(marks, 'utf8')).split('\n');
      return new Map(
        lines.flatMap((line) => {
          const [, mark, id] = /^:(\d+) ([0-9a-f]{40})$/.exec(line) ?? [];
          return mark === undefined || id === undefined ? [] : [[Number(mark), id] as const];
        }),
      );
    } finally {
      await rm(marks, { force: true });
    }
  }

  /** What is to be done to make one tree the other. @throws GitError */
  async changes(from: string, to: string): Promise<TreeChange[]> {
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', treeOf(from), treeOf(to)];
    const output = await this.run({ args, maxOutputBytes: 512 * 1024 * 1024 });
    const fields = split(output, 0);
    const changes: TreeChange[] = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [, mode = '', , blobId = '', status = ''] = String(fields[at]).slice(1).split(' ');
      const path = fields[at + 1] ?? Buffer.from('');
      const isDeleted = status === 'D';
      const kind = isDeleted ? 'deleted' : status === 'A' ? 'added' : 'changed';
      changes.push({ path, kind, mode: isDeleted ? null : mode, blobId: isDeleted ? null : blobId });
    }
    return changes;
  }

  /** Every folder of a tree. */
  async folders(commitId: string): Promise<Buffer[]> {
    const args = ['ls-tree', '-r', '-d', '-z', '--name-only', treeOf(commitId)];
    return split(await this.run({ args, maxOutputBytes: 512 * 1024 * 1024 }), 0);
  }

  /** Gives snapshots their references. @throws GitError */
  async refer(references: readonly { readonly name: string; readonly commitId: string }[]): Promise<void> {
    const kept = references.filter(({ commitId }) => commitId !== EMPTY_TREE);
    if (kept.length === 0) return;
    const input = kept.map(({ name, commitId }) => `update ${name} ${commitId}\n`).join('');
    await this.run({ args: ['update-ref', '--stdin'], input });
  }

  /** @throws GitError */
  async forget(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.run({ args: ['update-ref', '--stdin'], input: names.map((name) => `delete ${name}\n`).join('') });
  }

  /** The references of all chats, or of one. @throws GitError */
  async references(chatId?: string): Promise<string[]> {
    const below = chatId === undefined ? 'refs/snapshots/' : `refs/snapshots/${chatId}/`;
    const output = await this.run({ args: ['for-each-ref', '--format=%(refname)', below] });
    return output.toString().split('\n').filter(Boolean);
  }

  /** Removes what no reference keeps, where that is worth it, or at once. @throws GitError */
  async tidy(isDue: boolean): Promise<void> {
    if (!isDue && !(await this.isUntidy())) return;
    await this.run({ args: ['pack-refs', '--all', '--prune'] });
    await this.run({ args: ['repack', '-a', '-d', '-q'], timeoutMs: GC_MS });
    await this.run({ args: ['prune', '--expire=now'], timeoutMs: GC_MS });
  }

  /** What a run that was killed has left. Nothing else may be at work in it. */
  async removeLeftOvers(): Promise<void> {
    for (const [folder, leftOver] of LEFT_OVERS) {
      const names = await readdir(join(this.path, folder)).catch(() => []);
      for (const name of names.filter((each) => leftOver.test(each)))
        await rm(join(this.path, folder, name), { force: true });
    }
  }

  /** Bytes on the disk; null where that cannot be told. */
  size(): Promise<number | null> {
    return folderSize(this.path);
  }

  private async isUntidy(): Promise<boolean> {
    const said = (await this.run({ args: ['count-objects', '-v'] })).toString();
    const numberOf = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(said)?.[1] ?? 0);
    return numberOf('packs') > MAX_PACKS || numberOf('count') > MAX_LOOSE;
  }
}

const LEFT_OVERS: readonly (readonly [folder: string, names: RegExp])[] = [
  ['.', /\.lock$/],
  ['relay', /^marks-|\.new$/],
  ['objects/pack', /^(?:\.?tmp|fast_import_crash)/],
];

export const referenceOf = (chatId: string, snapshotId: string): string => `refs/snapshots/${chatId}/${snapshotId}`;

const treeOf = (commitId: string): string => (commitId === EMPTY_TREE ? commitId : `${commitId}^{tree}`);

function split(bytes: Buffer, by: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(by, start);
    parts.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    start = end === -1 ? bytes.length : end + 1;
  }
  return parts;
}
