import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { serviceVersion } from '../common/service-version';
import type { EncryptionConfig } from '../config/encryption.config';
import { lock, UNFINISHED_RESTORE } from '../runtime/data-root-lock';
import type { DataDirectories } from '../runtime/data-directories';
import { removeFolder } from '../runtime/remove-folder';
import { isOnMountedVolume } from '../storage/mounted-volume';
import { BackupError } from './backup.error';
import { isReferred, referredKeys } from './blob-keys';
import { DataFolders, ROOT, STORAGE } from './data-folders';
import { CopyRecord, FolderCopy, Treatment } from './folder-copy';
import type { KeptDatabase } from './kept-database';
import type { BlobPlace } from './settings';
import { BackupEntry, describeFile, emptyManifest, LIST, Manifest, MANIFEST, SECRETS } from './manifest';

const DATABASE = 'database';
/** Uploads that are under way, in the folder of the blobs. */
const INCOMING = 'incoming';

/** What is kept, and told of it. */
export interface BackupSource {
  readonly directories: DataDirectories;
  readonly database: KeptDatabase;
  readonly blobs: BlobPlace;
  /** Left out: its keys are not kept. */
  readonly encryption: EncryptionConfig;
  readonly keepsSecrets: boolean;
  /** Whether the objects of a bucket are copied; blobs on a disk always are. */
  readonly keepsBucket: boolean;
  readonly say: (line: string) => void;
}

/**
 * Writes a backup into a folder that must not be there yet. It has another name until it is whole.
 *
 * Files first, codex's homes after them, the database then: whatever it has that codex's copies of threads lack is put
 * into the threads before they go on. Blobs at the end, which never change: what the database refers to is there, but for what
 * is no longer referred to by then.
 *
 * @throws BackupError, and Error of the file system or the database; nothing is left then
 */
export async function writeBackup(source: BackupSource, folder: string): Promise<Manifest> {
  const target = resolve(folder);
  refuse(source.directories, target);
  const partial = `${target}.partial`;
  await mkdir(partial, { recursive: true, mode: 0o700 });
  await lock(partial).catch(() => {
    throw new BackupError(`another backup is being written to ${target}`);
  });
  try {
    for (const name of await readdir(partial)) if (!isLock(name)) await removeFolder(join(partial, name));
    const manifest = await new Backup(source, partial).write();
    for (const name of await readdir(partial)) if (isLock(name)) await rm(join(partial, name));
    await rename(partial, target);
    return manifest;
  } catch (error) {
    await removeFolder(partial).catch(() => undefined);
    throw error;
  }
}

const isLock = (name: string): boolean => name.startsWith('service.lock');

function refuse({ root, database, storage }: DataDirectories, target: string): void {
  if (existsSync(target)) throw new BackupError(`${target} is there already: give the name of a new folder`);
  if (!existsSync(dirname(target))) throw new BackupError(`there is no folder ${dirname(target)}`);
  for (const kept of [root, database, storage]) {
    if (`${target}${sep}`.startsWith(`${kept}${sep}`)) throw new BackupError(`${target} lies in what is kept, ${kept}`);
  }
  if (existsSync(join(root, UNFINISHED_RESTORE))) {
    throw new BackupError(`a restore into ${root} is not finished: finish it, or take another data root`);
  }
}

/** A backup that is being written. */
class Backup implements CopyRecord {
  private readonly folders: DataFolders;
  private readonly copy: FolderCopy;
  private readonly skipped: { path: string; why: string }[] = [];
  private readonly listHash = createHash('sha256');
  /** Keys of the blobs that are copied. */
  private readonly stored = new Set<string>();
  private readonly codexHomes: string[] = [];
  private list: FileHandle | undefined;
  private count = 0;
  private bytes = 0;

  constructor(
    private readonly source: BackupSource,
    private readonly target: string,
  ) {
    this.folders = new DataFolders(source.directories);
    this.copy = new FolderCopy(target, this);
  }

  async write(): Promise<Manifest> {
    const { blobs, database, say } = this.source;
    const startedAt = new Date().toISOString();
    this.list = await open(join(this.target, LIST), 'w', 0o600);
    try {
      if (blobs.type === 'volume') await this.requireVolume();
      await this.copyFiles();
      say('copying the database');
      await mkdir(join(this.target, DATABASE), { mode: 0o700 });
      const path = `${DATABASE}/${database.fileName}`;
      const [migrations, serverVersion] = [await this.migrations(), await database.serverVersion()];
      await database.save(join(this.target, path));
      const storage = await this.copyBlobs();
      await this.list.sync();
      const files = { count: this.count, bytes: this.bytes, sha256: this.listHash.digest('hex') };
      const kept = { kind: database.kind, ...(await describeFile(this.target, path)), migrations, serverVersion };
      const { skipped } = this;
      const times = { startedAt, endedAt: new Date().toISOString() };
      const what = { database: kept, blobs: storage, files, skipped };
      const manifest = { ...emptyManifest(), version: serviceVersion, ...times, ...what };
      return await this.end({ ...manifest, encryptionKeyId: keyIdOf(this.source.encryption.key) });
    } finally {
      await this.list.close();
    }
  }

  async add(entry: BackupEntry): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    this.listHash.update(line);
    await this.list?.writeFile(line);
    if (entry.type !== 'file') return;
    this.count += 1;
    this.bytes += entry.size;
    if (entry.path.startsWith(`${STORAGE}/`)) this.stored.add(entry.path.slice(STORAGE.length + 1));
  }

  skip(path: string, why: string): void {
    this.skipped.push({ path, why });
    this.source.say(`left out: ${path}, as ${why}`);
  }

  private async copyFiles(): Promise<void> {
    const { root } = this.source.directories;
    this.source.say(`copying ${root}`);
    await this.copy.copy(root, ROOT, (path) => this.treatmentOf(inRoot(path)));
    for (const home of this.codexHomes) {
      const path = `${ROOT}/${home}`;
      const treat = (below: string): Treatment => this.folders.treatmentInCodexHome(below.slice(path.length + 1));
      await this.copy.copy(join(root, home), path, treat);
    }
  }

  private treatmentOf(path: string): Treatment {
    if (!this.folders.isCodexHome(path)) return this.folders.treatmentOf(path);
    this.codexHomes.push(path);
    return 'leave';
  }

  private async requireVolume(): Promise<void> {
    const { storage } = this.source.directories;
    if (await isOnMountedVolume(storage)) return;
    throw new BackupError(`the volume of the blobs is not mounted: ${storage} (STORAGE_PATH) lies on none`);
  }

  /** After the database: what it refers to was stored before. */
  private async copyBlobs(): Promise<Manifest['blobs']> {
    const { blobs, directories, say } = this.source;
    if (blobs.type === 's3') {
      if (this.source.keepsBucket) return this.copyBucket(blobs);
      const note = `the blobs are in the bucket ${blobs.bucket}, which is not a part of this backup: keep the bucket, too`;
      say(note);
      return { type: blobs.type, folder: null, note };
    }
    say(`copying ${directories.storage}`);
    const treat = (path: string): Treatment => (path === `${STORAGE}/${INCOMING}` ? 'leave' : 'copy');
    if (existsSync(directories.storage)) await this.copy.copy(directories.storage, STORAGE, treat);
    await this.noteMissingBlobs();
    return { type: blobs.type, folder: STORAGE, note: '' };
  }

  private async copyBucket({ type, bucket, objects }: BlobPlace & { type: 's3' }): Promise<Manifest['blobs']> {
    this.source.say(`copying the bucket ${bucket}`);
    const opened = await this.source.database.open();
    try {
      for await (const keys of referredKeys(opened)) {
        for (const key of keys) {
          const entry = await objects.save(key, this.target);
          if (entry !== undefined) await this.add(entry);
          // The sweep may have come in between.
          else if (await isReferred(opened, key)) this.skip(`${STORAGE}/${key}`, 'it is missing in the bucket');
        }
      }
    } finally {
      await opened.destroy();
    }
    return { type, folder: STORAGE, note: '' };
  }

  /** A blob that is referred to now, and came after the copy, is none that the backup's database knows. */
  private async noteMissingBlobs(): Promise<void> {
    const { database, directories } = this.source;
    const opened = await database.open();
    try {
      for await (const keys of referredKeys(opened)) {
        for (const key of keys) {
          const isMissing = !this.stored.has(key) && !existsSync(join(directories.storage, key));
          // The sweep may have come in between.
          if (isMissing && (await isReferred(opened, key)))
            this.skip(`${STORAGE}/${key}`, 'it is missing in the storage');
        }
      }
    } finally {
      await opened.destroy();
    }
  }

  private async migrations(): Promise<string[]> {
    const opened = await this.source.database.open();
    try {
      const rows = await opened.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY timestamp, name');
      return rows.map(({ name }) => name);
    } finally {
      await opened.destroy();
    }
  }

  /** The manifest last: without it the folder is no backup. */
  private async end(manifest: Manifest): Promise<Manifest> {
    const { encryption, keepsSecrets } = this.source;
    const { key, previousKeys } = encryption;
    if (keepsSecrets && key !== '') {
      const lines = [
        `ENCRYPTION_KEY=${key}`,
        ...(previousKeys.length > 0 ? [`ENCRYPTION_KEY_PREVIOUS=${previousKeys.join(',')}`] : []),
      ];
      await writeFile(join(this.target, SECRETS), `${lines.join('\n')}\n`, { mode: 0o600 });
    }
    const file = await open(join(this.target, MANIFEST), 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    return manifest;
  }
}

const inRoot = (path: string): string => path.slice(ROOT.length + 1);

/** Tells keys apart, and nothing of them: they are 32 random bytes. */
export const keyIdOf = (key: string): string | null =>
  key === '' ? null : createHash('sha256').update(`codex-relay backup ${key}`).digest('hex').slice(0, 16);
