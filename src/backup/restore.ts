import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { EncryptionConfig } from '../config/encryption.config';
import type { DataDirectories } from '../runtime/data-directories';
import { lock, UNFINISHED_RESTORE } from '../runtime/data-root-lock';
import { removeFolder } from '../runtime/remove-folder';
import { schema } from '../schema';
import { keyIdOf } from './backup';
import { BackupError } from './backup.error';
import { DataFolders, ROOT } from './data-folders';
import type { KeptDatabase } from './kept-database';
import { BackupEntry, Manifest, readEntries, readManifest, SECRETS, verify } from './manifest';
import type { BlobPlace } from './settings';
import { doubtLateTurns } from './restored-turns';

/** What was there before, until the restore is done. */
const REPLACED = 'replaced';

export interface RestoreTarget {
  readonly directories: DataDirectories;
  readonly database: KeptDatabase;
  readonly blobs: BlobPlace;
  readonly encryption: EncryptionConfig;
  /** What is there goes. */
  readonly replaces: boolean;
  readonly say: (line: string) => void;
}

/**
 * Puts a backup in the place of an empty data root and an empty database. While it is not done no service starts on them;
 * begun again after it was interrupted, it begins from the start.
 *
 * @throws BackupError, ConfigError while a service runs, and Error of the file system or the database
 */
export async function restoreBackup(target: RestoreTarget, folder: string): Promise<Manifest> {
  const backup = resolve(folder);
  const manifest = await readManifest(backup);
  compareVersions(manifest, target.database);
  await compareServers(manifest, target.database);
  target.say(`checking ${manifest.files.count} files of ${backup}`);
  await verify(backup, manifest);
  const restore = new Restore(target, backup, manifest.blobs.folder);
  await restore.begin();
  await restore.files();
  target.say('restoring the database');
  await target.database.load(join(backup, manifest.database.file));
  await restore.turns(manifest.startedAt);
  await restore.end();
  sayOfKey(target, backup, manifest);
  sayOfBlobs(target, manifest);
  return manifest;
}

function compareVersions({ database: { kind, migrations }, version }: Manifest, database: KeptDatabase): void {
  if (kind !== database.kind) {
    throw new BackupError(
      `the backup is of ${kind}, and the settings name ${database.kind}: restore it into ${kind}, then npm run data:copy`,
    );
  }
  const known = schema.migrations.map(({ name }) => name);
  const later = migrations.filter((name) => !known.includes(name));
  if (later.length > 0) {
    throw new BackupError(
      `the backup is of a later version (${version}, with ${later.join(', ')}): restore it with that`,
    );
  }
}

async function compareServers({ database: { serverVersion } }: Manifest, database: KeptDatabase): Promise<void> {
  const own = await database.serverVersion();
  if (own === null || serverVersion === null || own >= serverVersion) return;
  throw new BackupError(
    `the backup is of a PostgreSQL ${serverVersion}, and ${database.description} is of ${own}: restore it into ${serverVersion} or later`,
  );
}

function sayOfBlobs({ say }: RestoreTarget, { blobs: { folder, note } }: Manifest): void {
  if (folder !== null) return;
  say(`${note}; the next start needs STORAGE_TYPE=s3 and S3_BUCKET with that bucket, or a copy of it`);
}

function sayOfKey({ encryption, say }: RestoreTarget, backup: string, { encryptionKeyId }: Manifest): void {
  if (encryptionKeyId === null) return;
  const ours = [encryption.key, ...encryption.previousKeys].map(keyIdOf);
  if (ours.includes(encryptionKeyId)) return;
  const where = existsSync(join(backup, SECRETS)) ? `it is in ${join(backup, SECRETS)}` : 'it is not in the backup';
  say(`stored keys of providers need the ENCRYPTION_KEY that they were stored with, before the next start: ${where}`);
}

/** A restore that is under way. */
class Restore {
  private readonly root: string;
  private readonly folders: DataFolders;
  private readonly marker: string;
  private readonly held: object[] = [];

  constructor(
    private readonly target: RestoreTarget,
    private readonly backup: string,
    /** Of the blobs in the backup. */
    private readonly blobs: string | null,
  ) {
    this.root = target.directories.root;
    this.folders = new DataFolders(target.directories);
    this.marker = join(this.root, UNFINISHED_RESTORE);
  }

  /** Makes room. @throws BackupError for data that may not be replaced */
  async begin(): Promise<void> {
    const { database, replaces } = this.target;
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    this.held.push(await lock(this.root));
    if (database.kind !== 'sqlite' || this.target.directories.database !== this.root) await database.lock();
    const isRepeated = existsSync(this.marker);
    if (!isRepeated && !replaces) await this.refuseData();
    await writeFile(this.marker, `${this.backup}\n`, { mode: 0o600 });
    for (const name of await this.entries()) {
      if (isRepeated) await removeFolder(join(this.root, name));
      else await this.putAside(name);
    }
    await database.putAside();
  }

  /** Folders, then files, then links: nothing is written through a link of the backup. */
  async files(): Promise<void> {
    const modes: [string, number][] = [];
    for await (const entry of readEntries(this.backup)) {
      if (entry.type === 'link') continue;
      if (await this.putIntoBucket(entry)) continue;
      const path = this.placeOf(entry);
      if (entry.type === 'folder') {
        await mkdir(path, { recursive: true, mode: 0o700 });
        modes.push([path, entry.mode]);
      } else {
        // The folders of what came from a bucket have no entries.
        if (this.isBlob(entry)) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await copyFile(join(this.backup, entry.path), path);
        await chmod(path, entry.mode);
        await utimes(path, new Date(entry.modifiedAt), new Date(entry.modifiedAt));
      }
    }
    for await (const entry of readEntries(this.backup)) {
      if (entry.type === 'link') await symlink(entry.target, this.placeOf(entry));
    }
    // Inner ones first: a folder that may not be written cannot be filled.
    const kept = [this.root, this.target.directories.storage];
    for (const [path, mode] of modes.reverse()) if (!kept.includes(path)) await chmod(path, mode);
  }

  async turns(startedAt: string): Promise<void> {
    const database = await this.target.database.open();
    try {
      const count = await doubtLateTurns(database, this.backup, startedAt);
      if (count > 0)
        this.target.say(`${count} turns ended during the backup: their chats are compared before they go on`);
    } finally {
      await database.destroy();
    }
  }

  async end(): Promise<void> {
    await this.target.database.removeReplaced();
    await removeFolder(join(this.root, REPLACED));
    await rm(this.marker);
  }

  /** Resolves with whether the entry belongs into a bucket: then it is there. */
  private async putIntoBucket(entry: BackupEntry): Promise<boolean> {
    const { blobs } = this.target;
    if (blobs.type !== 's3' || !this.isBlob(entry)) return false;
    const key = relative(this.blobs ?? '', entry.path);
    if (entry.type === 'file') await blobs.objects.load(key, join(this.backup, entry.path), entry);
    return true;
  }

  private isBlob({ path }: BackupEntry): boolean {
    return this.blobs !== null && (path === this.blobs || path.startsWith(`${this.blobs}/`));
  }

  private placeOf(entry: BackupEntry): string {
    if (this.isBlob(entry)) return join(this.target.directories.storage, relative(this.blobs ?? '', entry.path));
    return join(this.root, relative(ROOT, entry.path));
  }

  private async refuseData(): Promise<void> {
    const { database } = this.target;
    const found = (await this.firstFile(this.root)) ?? ((await database.hasData()) ? database.description : undefined);
    if (found !== undefined) {
      throw new BackupError(`there is data already (${found}): give an empty data root and database, or --replace`);
    }
  }

  private async firstFile(folder: string): Promise<string | undefined> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const inRoot = relative(this.root, path);
      if (this.folders.treatmentOf(inRoot) === 'leave') continue;
      const found = entry.isDirectory() ? await this.firstFile(path) : path;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What lies in the data root and is not the lock's, nor this restore's; a volume that is mounted there cannot go. */
  private async entries(): Promise<string[]> {
    const { blobs, directories } = this.target;
    const mounted = blobs.type === 'volume' ? [relative(this.root, directories.storage)] : [];
    const kept = [REPLACED, UNFINISHED_RESTORE, relative(this.root, directories.database), ...mounted];
    return (await readdir(this.root)).filter((name) => !this.folders.isMadeAtStart(name) && !kept.includes(name));
  }

  private async putAside(name: string): Promise<void> {
    await mkdir(join(this.root, REPLACED), { recursive: true, mode: 0o700 });
    await rename(join(this.root, name), join(this.root, REPLACED, name));
  }
}
