import { invalid, tooLarge } from '../common/domain.error';
import { fileNameOf } from '../common/file-name';
import type { GivenPart } from './pictures/message-pictures';
import { isPictureUrl, PictureMistake, pictureOf } from './pictures/picture';

/** Codex takes no more: a longer input is refused with `input_too_large` (quirk `input-limit`). */
export const MAX_TEXT_LENGTH = 1_048_576;
/** Beside files, of which a setting says how many there may be. */
const MAX_PARTS = 50;
const MAX_FILES = 1_000;
const DATA = /^data:[^,;]{0,200}(?:;[^,;]{1,200}){0,5};base64,/i;

/** A part as a caller gave it: of a file that was uploaded before the id alone. */
export type ParsedPart =
  Exclude<GivenPart, { type: 'upload' }> | { readonly type: 'uploaded'; readonly uploadId: string };

/**
 * The parts of a message as a caller gave it: a string, or a list of parts.
 *
 * @throws DomainError `empty_message`, `invalid_content`, `invalid_image`, `invalid_file_name`, `too_many_files` or
 * `message_too_large`.
 */
export async function parseContent(content: unknown): Promise<ParsedPart[]> {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(parts)) throw invalid('invalid_content', 'content must be a string or a list of parts.');
  const files = parts.filter((part: unknown) => typeOf(part) === 'file').length;
  if (files > MAX_FILES) throw invalid('too_many_files', `A message may have at most ${MAX_FILES} files.`);
  if (parts.length - files > MAX_PARTS)
    throw invalid('invalid_content', `content may have at most ${MAX_PARTS} parts.`);
  const parsed = await Promise.all(parts.map(parsePart));
  const length = parsed.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (length > MAX_TEXT_LENGTH) {
    throw tooLarge('message_too_large', `The text has ${length} characters; at most ${MAX_TEXT_LENGTH} are allowed.`);
  }
  if (parsed.every((part) => part.type === 'text' && part.text.trim() === '')) {
    throw invalid('empty_message', 'content is empty; it must hold some text, an image or a file.');
  }
  return parsed;
}

const typeOf = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'type' in part ? part.type : undefined;

async function parsePart(part: unknown, index: number): Promise<ParsedPart> {
  const fields: Record<string, unknown> = typeof part === 'object' && part !== null ? { ...part } : {};
  if (fields.type === 'text' && typeof fields.text === 'string') return { type: 'text', text: fields.text };
  if (fields.type === 'image' && typeof fields.url === 'string') {
    // Codex fetches no image, and fails a turn that names the address of one.
    if (isPictureUrl(fields.url)) return givenPicture(fields.url, index);
    const form = 'data:image/png;base64,... (or jpeg, gif, webp)';
    throw invalid('invalid_content', `content[${index}].url must be a data URL with the image itself: ${form}.`);
  }
  if (fields.type === 'file') return parseFile(fields, index);
  const forms =
    '{"type": "text", "text": "..."}, {"type": "image", "url": "..."} or {"type": "file", "fileName": "...", "data": "..."}';
  throw invalid('invalid_content', `content[${index}] must be ${forms}.`);
}

function parseFile({ blobId, fileName, data }: Record<string, unknown>, index: number): ParsedPart {
  if (typeof blobId === 'string') return { type: 'uploaded', uploadId: blobId };
  const head = typeof data === 'string' ? DATA.exec(data.slice(0, 1_500))?.[0] : undefined;
  if (typeof fileName !== 'string' || typeof data !== 'string' || head === undefined) {
    const forms = 'a blobId of an upload, or a fileName and its data as a data URL: data:...;base64,...';
    throw invalid('invalid_content', `content[${index}] must have ${forms}.`);
  }
  const bytes = Buffer.from(data.slice(head.length), 'base64');
  return { type: 'file', fileName: fileNameOf(fileName), bytes };
}

async function givenPicture(url: string, index: number): Promise<ParsedPart> {
  try {
    return { type: 'picture', picture: await pictureOf(url) };
  } catch (error) {
    if (!(error instanceof PictureMistake)) throw error;
    throw invalid('invalid_image', `The image in content[${index}].url ${error.message}.`);
  }
}
