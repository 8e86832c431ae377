import { constants } from 'node:fs';
import { FileHandle, open, readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { Answer, byteSize, cut, done, faultOf, MAX_PICTURE_BYTES, picture, text, ToolFault } from './answer';
import { readNotebook } from './read-notebook';
import { PageRange, readPdf } from './read-pdf';
import { readTable } from './read-table';
import { LineRange, readText } from './read-text';
import { encodingOf } from './text-encoding';

const HEAD_BYTES = 64 * 1024;
const MAX_ENTRIES = 500;
const MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024;

export interface FileReadInput extends LineRange, PageRange {
  readonly path: string;
}

/** What is in a file, in the form that a model can make the most of. */
export async function fileRead(input: FileReadInput): Promise<Answer> {
  const { path } = input;
  // A pipe would wait for whoever writes into it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw faultOf(error, path);
  });
  try {
    const found = await file.stat();
    if (found.isDirectory()) return await listing(path);
    if (!found.isFile()) throw new ToolFault(`${path} is no file, but a pipe, a socket or a device.`);
    return await contentOf(file, found.size, input);
  } finally {
    await file.close();
  }
}

async function contentOf(file: FileHandle, told: number, input: FileReadInput): Promise<Answer> {
  const { path, offset, limit } = input;
  const head = await headOf(file);
  // Those of /proc are told to be empty.
  const size = Math.max(told, head.length);
  const type = pictureType(head);
  if (type !== undefined) return readPicture(file, size, { path, type });
  if (head.subarray(0, 1024).includes('%PDF-')) return readPdf(path, size, input);
  const encoding = encodingOf(head, head.length < HEAD_BYTES);
  if (encoding === undefined) return binary(path, size, head);
  const asLines = offset !== undefined || limit !== undefined;
  const extension = extname(path).toLowerCase();
  if (extension === '.ipynb' && !asLines && size <= MAX_NOTEBOOK_BYTES) {
    return readNotebook(await file.readFile('utf8'), path);
  }
  if (['.csv', '.tsv'].includes(extension) && !asLines) return readTable(file, size, encoding);
  return readText(file, size, { offset, limit, encoding });
}

async function headOf(file: FileHandle): Promise<Buffer> {
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  return head.subarray(0, bytesRead);
}

async function listing(path: string): Promise<Answer> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw faultOf(error, path);
  });
  const names = entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).sort();
  const more = names.length > MAX_ENTRIES ? `\n[${names.length - MAX_ENTRIES} more]` : '';
  return done(cut(`[folder of ${names.length} entries]\n${names.slice(0, MAX_ENTRIES).join('\n')}${more}`));
}

/** The type of a picture that models can be shown. */
function pictureType(head: Buffer): string | undefined {
  const startsWith = (bytes: string, at = 0): boolean =>
    head.subarray(at, at + bytes.length).equals(Buffer.from(bytes, 'latin1'));
  if (startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith('GIF87a') || startsWith('GIF89a')) return 'image/gif';
  return startsWith('RIFF') && startsWith('WEBP', 8) ? 'image/webp' : undefined;
}

async function readPicture(
  file: FileHandle,
  size: number,
  { path, type }: { path: string; type: string },
): Promise<Answer> {
  const note = `[${type}, ${byteSize(size)}]`;
  if (size > MAX_PICTURE_BYTES) {
    throw new ToolFault(
      `${path} is a picture of ${byteSize(size)}; it can be shown up to ${byteSize(MAX_PICTURE_BYTES)}. Make a smaller copy.`,
    );
  }
  return { success: true, content: [text(note), picture(type, await file.readFile())] };
}

function binary(path: string, size: number, head: Buffer): Answer {
  const rows = Array.from({ length: Math.min(8, Math.ceil(head.length / 16)) }, (_, row) => {
    const bytes = head.subarray(row * 16, row * 16 + 16);
    const hex = bytes.toString('hex').replaceAll(/(..)/g, '$1 ').padEnd(48);
    return `${(row * 16).toString(16).padStart(8, '0')}  ${hex} ${bytes.toString('latin1').replaceAll(/[^ -~]/g, '.')}`;
  });
  return done(`[${path} is no text, but ${byteSize(size)} of binary data; its beginning:]\n${rows.join('\n')}`);
}
