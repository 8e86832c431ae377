import { readFile, rename, writeFile } from 'node:fs/promises';

/** What was recorded of a workspace last, so that a file that nobody has touched since is not read again. */
export class SnapshotCache {
  private constructor(
    private readonly path: string,
    private readonly known: ReadonlyMap<string, readonly [signature: string, blobId: string]>,
    /** The commit that has all of it; null where there is none. */
    readonly commitId: string | null,
  ) {}

  /** An empty one where there is none that can be read. */
  static async open(path: string): Promise<SnapshotCache> {
    try {
      const [commitId, entries] = JSON.parse(await readFile(path, 'utf8')) as [string, [string, string, string][]];
      const known = entries.map(([key, signature, blobId]) => [key, [signature, blobId]] as const);
      return new SnapshotCache(path, new Map(known), commitId);
    } catch {
      return new SnapshotCache(path, new Map(), null);
    }
  }

  get size(): number {
    return this.known.size;
  }

  /** The blob of a file; undefined where it may have changed. @param key its path in the tree, a character a byte */
  find(key: string, signature: string): string | undefined {
    const found = this.known.get(key);
    return found?.[0] === signature ? found[1] : undefined;
  }

  /** Of what comes after the next one: this stays as it is. @throws Error of the file system */
  async write(commitId: string, entries: readonly (readonly [key: string, signature: string, blobId: string])[]) {
    const draft = `${this.path}.new`;
    await writeFile(draft, JSON.stringify([commitId, entries]), { mode: 0o600 });
    await rename(draft, this.path);
  }
}
