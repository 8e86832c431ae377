import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { messageOf } from '../common/domain.error';
import { BackupError } from './backup.error';

export const MANIFEST = 'manifest.json';
/** A JSON object a line: every file, folder and link. */
export const LIST = 'files.jsonl';
export const SECRETS = 'secrets.env';
const FORMAT = 1;

const SHA256 = /^[0-9a-f]{64}$/;
/** Below the backup, without ways out of it. */
const PATH = z.string().refine((path) => path.split('/').every((part) => !['', '.', '..'].includes(part)));

const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('folder'), path: PATH, mode: z.int() }),
  z.object({ type: z.literal('link'), path: PATH, target: z.string() }),
  z.object({
    ...{ type: z.literal('file'), path: PATH, mode: z.int(), size: z.int(), modifiedAt: z.string() },
    sha256: z.string().regex(SHA256),
    /** When its copy was begun. */
    copiedAt: z.string(),
  }),
]);

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** Of the service that made it. */
  version: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  database: z.object({
    ...{ kind: z.enum(['sqlite', 'postgres']), file: PATH, size: z.int(), sha256: z.string().regex(SHA256) },
    migrations: z.array(z.string()),
    /** Of the PostgreSQL that it was dumped from. */
    serverVersion: z.int().nullable().default(null),
  }),
  /** Where the blobs were, and whether they are in the backup; older backups have them where the data root had them. */
  blobs: z
    .object({ type: z.enum(['local', 'volume', 's3']), folder: PATH.nullable(), note: z.string() })
    .default({ type: 'local', folder: 'root/storage', note: '' }),
  files: z.object({ count: z.int(), bytes: z.int(), sha256: z.string().regex(SHA256) }),
  /** What is not in it, and why. */
  skipped: z.array(z.object({ path: z.string(), why: z.string() })),
  /** Tells whether an ENCRYPTION_KEY is the one that stored keys are encrypted with; null: there was none. */
  encryptionKeyId: z.string().nullable(),
});

export type BackupEntry = z.infer<typeof entrySchema>;
export type FileEntry = Extract<BackupEntry, { type: 'file' }>;
export type Manifest = z.infer<typeof manifestSchema>;

export const emptyManifest = (): { format: typeof FORMAT } => ({ format: FORMAT });

/** @throws BackupError when there is none, or it is not of this version's form. */
export async function readManifest(backup: string): Promise<Manifest> {
  const file = join(backup, MANIFEST);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BackupError(`${backup} is no whole backup, as ${MANIFEST} cannot be read: ${messageOf(error)}`);
  }
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new BackupError(`${file} is not what this version writes: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** @throws BackupError for a line that is none of ours. */
export async function* readEntries(backup: string): AsyncGenerator<BackupEntry> {
  const lines = createInterface({ input: createReadStream(join(backup, LIST)), crlfDelay: Infinity });
  for await (const line of lines) {
    const parsed = entrySchema.safeParse(jsonOf(line));
    if (!parsed.success) throw new BackupError(`${join(backup, LIST)} has a line that is not of a backup: ${line}`);
    yield parsed.data;
  }
}

/** @throws BackupError naming the first file that is not as it was written. */
export async function verify(backup: string, { database, files }: Manifest): Promise<void> {
  await check(backup, { path: LIST, sha256: files.sha256 });
  await check(backup, { path: database.file, sha256: database.sha256 });
  for await (const entry of readEntries(backup)) if (entry.type === 'file') await check(backup, entry);
}

async function check(backup: string, { path, sha256 }: { path: string; sha256: string }): Promise<void> {
  const found = await sha256Of(join(backup, path)).catch((error: unknown) => {
    throw new BackupError(`${path} of the backup cannot be read: ${messageOf(error)}`);
  });
  if (found !== sha256)
    throw new BackupError(`${path} of the backup is not as it was written: its checksum is another`);
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Size and checksum of a file of the backup. */
export async function describeFile(
  backup: string,
  path: string,
): Promise<{ file: string; size: number; sha256: string }> {
  const { size } = await stat(join(backup, path));
  return { file: path, size, sha256: await sha256Of(join(backup, path)) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
