import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { byteSize, faultOf, ToolFault } from './answer';
import { encodingOf, TextEncoding } from './text-encoding';

const MAX_BYTES = 16 * 1024 * 1024;

export interface TextFile {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/** A whole file of text. @throws ToolFault where it is none, or is too large to be changed at once */
export async function readTextFile(path: string): Promise<TextFile> {
  try {
    const { size } = await regularFile(path);
    if (size > MAX_BYTES) {
      throw new ToolFault(`${path} has ${byteSize(size)}; up to ${byteSize(MAX_BYTES)} can be changed so.`);
    }
    const bytes = await readFile(path);
    const encoding = encodingOf(bytes, true);
    if (encoding === undefined) throw new ToolFault(`${path} is no text, but binary data.`);
    const text = encoding.decode(bytes);
    if (!encoding.encode(text).equals(bytes)) {
      throw new ToolFault(`${path} has bytes that are no ${encoding.name}, and would lose them.`);
    }
    return { text, encoding };
  } catch (error) {
    throw faultOf(error, path);
  }
}

/** Whether anything is there; what is no file cannot be written. @throws ToolFault */
export async function isThere(path: string): Promise<boolean> {
  if ((await lstat(path).catch(() => undefined)) === undefined) return false;
  await regularFile(path);
  return true;
}

/** Node says of a folder that cannot be written only that what it was to make is not there. */
async function makeFolders(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? Object.assign(error, { code: 'EROFS' }) : error;
  });
}

/** All or nothing, with the mode that it had, and where a link leads. @throws ToolFault */
export async function writeTextFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolders(dirname(path));
    const target = await realpath(path).catch(() => path);
    const mode = (await stat(target).catch(() => undefined))?.mode;
    const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(draft, bytes, { flag: 'wx' });
      if (mode !== undefined) await chmod(draft, mode & 0o7777);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    throw faultOf(error, path);
  }
}

async function regularFile(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch((error: unknown) => {
    throw faultOf(error, path);
  });
  if (found.isDirectory()) throw new ToolFault(`${path} is a folder.`);
  if (!found.isFile()) throw new ToolFault(`${path} is no file, but a pipe, a socket or a device.`);
  return found;
}
