import { extname } from 'node:path';
import { Answer, cut, done, ToolFault } from './answer';
import { diffOf, replaced, Replacement } from './line-diff';
import { readTextFile, writeTextFile } from './text-file';

interface Edit {
  readonly old_text: string;
  readonly new_text: string;
  readonly replace_all?: boolean;
}

export interface FileEditInput {
  readonly path: string;
  readonly edits: readonly Edit[];
}

/** Replaces texts of a file that stand in it exactly so: all of them, or none where one does not. */
export async function fileEdit({ path, edits }: FileEditInput): Promise<Answer> {
  const { text, encoding } = await readTextFile(path);
  const replacements = edits
    .flatMap((edit, index) => placesOf(edit, text, { path, index }))
    .sort((one, other) => one.from - other.from);
  const overlap = replacements.findIndex(({ from }, index) => from < (replacements[index - 1]?.to ?? 0));
  if (overlap !== -1) throw new ToolFault(`Two edits of ${path} change the same place: make one of them.`);
  const after = replaced(text, replacements);
  checkStillValid(path, text, after);
  await writeTextFile(
    path,
    encoded(() => encoding.encode(after)),
  );
  const count = replacements.length === 1 ? '1 replacement' : `${replacements.length} replacements`;
  return done(cut(`Edited ${path}: ${count}.\n${diffOf(path, text, replacements)}`));
}

function placesOf(edit: Edit, text: string, { path, index }: { path: string; index: number }): Replacement[] {
  const which = `Edit ${index + 1} of ${path}`;
  if (edit.old_text === '') throw new ToolFault(`${which}: old_text is empty; make a file with file_write.`);
  if (edit.old_text === edit.new_text) throw new ToolFault(`${which}: old_text and new_text are the same.`);
  const forms = hasWindowsEnds(text) ? [withLineEnds(edit), edit] : [edit, withLineEnds(edit)];
  const found = forms.find(({ old_text }) => text.includes(old_text));
  if (found === undefined) throw new ToolFault(`${which}: old_text is not in the file. ${hintFor(edit, text)}`);
  const places = positionsOf(found.old_text, text);
  if (places.length > 1 && edit.replace_all !== true) {
    const lines = places.slice(0, 10).map((at) => text.slice(0, at).split('\n').length);
    const more = places.length > 10 ? ' and others' : '';
    throw new ToolFault(
      `${which}: old_text is there ${places.length} times, in lines ${lines.join(', ')}${more}. Give more of what is around it, or "replace_all": true.`,
    );
  }
  return places.map((from) => ({ from, to: from + found.old_text.length, text: found.new_text }));
}

function positionsOf(part: string, text: string): number[] {
  const positions: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) positions.push(at);
  return positions;
}

/** A model writes line ends as they are on Unix; a file may have those of Windows. */
function withLineEnds({ old_text, new_text }: Edit): Edit {
  const windows = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');
  return { old_text: windows(old_text), new_text: windows(new_text) };
}

/** Whether most of its lines end so. */
function hasWindowsEnds(text: string): boolean {
  const count = (end: string): number => text.split(end).length - 1;
  return count('\r\n') * 2 > count('\n');
}

function hintFor({ old_text }: Edit, text: string): string {
  const flat = (part: string): string => part.replaceAll(/\s+/g, ' ').trim();
  if (flat(text).includes(flat(old_text)))
    return 'It differs from the file in spaces or line ends alone: read the file again.';
  const [first = ''] = old_text.trim().split('\n');
  const line = text.split('\n').findIndex((one) => first.trim() !== '' && one.includes(first.trim()));
  return line === -1 ? 'Read the file again.' : `Its first line is in line ${line + 1}, and what follows differs.`;
}

/** JSON that was valid stays so. */
function checkStillValid(path: string, before: string, after: string): void {
  if (extname(path).toLowerCase() !== '.json' || jsonFault(before) !== undefined) return;
  const fault = jsonFault(after);
  if (fault !== undefined)
    throw new ToolFault(`${path} is left as it was: with the edit it would be no JSON (${fault}).`);
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function encoded(encode: () => Buffer): Buffer {
  try {
    return encode();
  } catch (error) {
    throw new ToolFault(`The edit cannot be written: ${(error as Error).message}.`);
  }
}
