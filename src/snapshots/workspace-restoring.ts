import { constants } from 'node:fs';
import { chmod, lstat, open, rename, rm, rmdir, symlink, mkdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../common/domain.error';
import { newId } from '../common/ids';
import { ConfinedFolder, placeIn } from '../runtime/confined/confined-folder';
import { shownPath } from '../runtime/confined/entry-name';
import { codeOf } from '../runtime/confined/path.errors';
import { SnapshotStore, TreeChange } from './snapshot-store';
import { namesInTree } from './tree-path';

const LINK = '120000';
const PROGRAM = '100755';

export interface RestoringTerms {
  /** Commits: what the workspace has, and what it is to have. */
  readonly from: string;
  readonly to: string;
  /** Paths as they are shown that are in neither: nothing is put there, and nothing there is deleted. */
  readonly isLeftAlone: (path: string) => boolean;
  /** Folder on the workspace's disk where files are written before they are put in their place. */
  readonly drafts: string;
  readonly timeoutMs: number;
}

/**
 * Makes a workspace what another commit has: files whole, one after another, each in its place by one call of the system. What
 * breaks off can be begun anew, from what is there then. Nothing is written outside of the workspace, whatever lies in it.
 *
 * @throws GitError, DomainError `storage_low`, Error of the file system
 */
export async function restore(store: SnapshotStore, workspace: ConfinedFolder, terms: RestoringTerms): Promise<void> {
  const { from, to, isLeftAlone } = terms;
  const changes = (await store.changes(from, to)).filter((change) => !isLeftAlone(shownOf(change)));
  const before = new Set((await store.folders(from)).map((path) => path.toString('latin1')));
  const after = await store.folders(to);
  // Another kind of thing may be in its way: a file where a folder is to be.
  for (const { path, kind } of changes) if (kind === 'deleted') await remove(workspace, path);
  for (const path of after) before.delete(path.toString('latin1'));
  await removeFolders(workspace, [...before]);
  const written = changes.filter(({ kind }) => kind !== 'deleted');
  const contents = written.filter(({ path }) => !namesInTree(path).isEmptyFolder);
  for (const { path } of written) {
    const { names, isEmptyFolder } = namesInTree(path);
    if (isEmptyFolder) await patiently(workspace.makeFolders(names));
  }
  if (contents.length === 0) return;
  await mkdir(terms.drafts, { recursive: true, mode: 0o700 });
  const writer = new ContentWriter(workspace, contents, terms.drafts);
  try {
    const input = contents.map(({ blobId }) => `${blobId}\n`).join('');
    const onOutput = (chunk: Buffer): Promise<void> => writer.take(chunk);
    await store.run({ args: ['cat-file', '--batch'], input, onOutput, timeoutMs: terms.timeoutMs });
    writer.requireAll();
  } finally {
    await writer.close();
  }
}

/** What a change is about, as it is shown. */
export const shownOf = ({ path }: TreeChange): string => shownPath(namesInTree(path).names);

async function remove(workspace: ConfinedFolder, path: Buffer): Promise<void> {
  const { names, isEmptyFolder } = namesInTree(path);
  // A folder goes with the folders.
  if (isEmptyFolder) return;
  await ifThere(workspace.holdParent(names, false, (parent, name) => rm(placeIn(parent, name))));
}

/** The deepest first; one in which something is left alone stays. */
async function removeFolders(workspace: ConfinedFolder, paths: readonly string[]): Promise<void> {
  const deepest = [...paths].sort((one, other) => other.length - one.length);
  for (const path of deepest) {
    const { names } = namesInTree(Buffer.from(path, 'latin1'));
    await ifThere(workspace.holdParent(names, false, (parent, name) => rmdir(placeIn(parent, name))));
  }
}

/** What is gone already, or has become something else, is not what was to be removed. */
async function ifThere(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.status >= 500) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ERR_FS_EISDIR'].includes(codeOf(error))) throw error;
    }
  }
}

/** Something of the agent's may be in the way, as a command of its own still runs: that stays. */
const patiently = (work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (!(error instanceof DomainError) || error.status >= 500) throw error;
  });

/** Takes what `git cat-file --batch` prints, and puts each blob where it belongs. */
class ContentWriter {
  private next = 0;
  private header = Buffer.alloc(0);
  private left = -1;
  private file: FileHandle | undefined;
  private draft = '';
  private target: Buffer[] = [];

  constructor(
    private readonly workspace: ConfinedFolder,
    private readonly changes: readonly TreeChange[],
    private readonly drafts: string,
  ) {}

  async take(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0;)
      rest = this.left < 0 ? await this.takeHeader(rest) : await this.takeContent(rest);
  }

  requireAll(): void {
    if (this.next !== this.changes.length) throw new Error('git has not given all of a snapshot');
  }

  async close(): Promise<void> {
    await this.file?.close();
    if (this.draft !== '') await rm(this.draft, { force: true });
  }

  private async takeHeader(chunk: Buffer): Promise<Buffer> {
    const end = chunk.indexOf(0x0a);
    this.header = Buffer.concat([this.header, end === -1 ? chunk : chunk.subarray(0, end)]);
    if (end === -1) return Buffer.alloc(0);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(this.header.toString()) ?? [];
    if (size === undefined) throw new Error(`the store lacks a file: ${this.header.toString().slice(0, 200)}`);
    this.header = Buffer.alloc(0);
    this.left = Number(size);
    this.target = [];
    if (this.change.mode !== LINK) {
      this.draft = join(this.drafts, newId());
      this.file = await open(this.draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    }
    return chunk.subarray(end + 1);
  }

  private async takeContent(chunk: Buffer): Promise<Buffer> {
    const content = chunk.subarray(0, this.left);
    if (content.length > 0) {
      if (this.file === undefined) this.target.push(content);
      else await this.file.writeFile(content);
    }
    this.left -= content.length;
    const rest = chunk.subarray(content.length);
    // A line break ends each.
    if (this.left > 0 || rest.length === 0) return rest;
    await this.place();
    this.left = -1;
    this.next += 1;
    return rest.subarray(1);
  }

  private get change(): TreeChange {
    const change = this.changes[this.next];
    if (change === undefined) throw new Error('git gives more than was asked for');
    return change;
  }

  private async place(): Promise<void> {
    const { path, mode } = this.change;
    const { names } = namesInTree(path);
    if (this.file !== undefined) {
      await this.file.close();
      this.file = undefined;
      await chmod(this.draft, mode === PROGRAM ? 0o755 : 0o644);
    } else {
      this.draft = join(this.drafts, newId());
      await symlink(Buffer.concat(this.target), this.draft);
    }
    await patiently(
      this.workspace.holdParent(names, true, async (parent, name) => {
        const place = placeIn(parent, name);
        const found = await lstat(place).catch(() => undefined);
        // It is empty, or something in it is left alone: then it stays.
        if (found?.isDirectory() === true) await rmdir(place);
        await rename(this.draft, place);
      }),
    );
    await rm(this.draft, { force: true });
    this.draft = '';
  }
}
