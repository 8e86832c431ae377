import { Answer, byteSize, cut, done, ToolFault } from './answer';
import { diffOf, replacementOf } from './line-diff';
import { isThere, readTextFile, writeTextFile } from './text-file';

/** Ends with a slash, `.` or `..`. */
const OF_FOLDER = /(?:^|\/)\.{0,2}$/;

export interface FileWriteInput {
  readonly path: string;
  readonly content: string;
  readonly overwrite?: boolean;
}

/** Makes a file, with the folders above it; one that is there only where that is asked for. */
export async function fileWrite({ path, content, overwrite = false }: FileWriteInput): Promise<Answer> {
  if (OF_FOLDER.test(path)) throw new ToolFault(`${path} is the path of a folder: give that of a file in it.`);
  const bytes = Buffer.from(content, 'utf8');
  const size = `${byteSize(bytes.length)}, ${lineCount(content)} lines`;
  if (!(await isThere(path))) {
    await writeTextFile(path, bytes);
    return done(`Wrote ${path} (${size}).`);
  }
  if (!overwrite) {
    throw new ToolFault(`${path} exists. Change it with file_edit, or give "overwrite": true to replace all of it.`);
  }
  const before = await readTextFile(path).catch(() => undefined);
  await writeTextFile(path, bytes);
  const diff = before ? `\n${diffOf(path, before.text, [replacementOf(before.text, content)])}` : '';
  return done(cut(`Replaced ${path} (${size}).${diff}`));
}

function lineCount(content: string): number {
  if (content === '') return 0;
  return content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
}
