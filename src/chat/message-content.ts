import { invalid, tooLarge } from '../common/domain.error';
import type { GivenPart } from './pictures/message-pictures';
import { isPictureUrl, PictureMistake, pictureOf } from './pictures/picture';

/** Codex takes no more: a longer input is refused with `input_too_large` (quirk `input-limit`). */
export const MAX_TEXT_LENGTH = 1_048_576;
const MAX_PARTS = 50;

/**
 * The parts of a message as a caller gave it: a string, or a list of parts.
 *
 * @throws DomainError `empty_message`, `invalid_content`, `invalid_image` or `message_too_large`.
 */
export async function parseContent(content: unknown): Promise<GivenPart[]> {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(parts)) throw invalid('invalid_content', 'content must be a string or a list of parts.');
  if (parts.length > MAX_PARTS) throw invalid('invalid_content', `content may have at most ${MAX_PARTS} parts.`);
  const parsed = await Promise.all(parts.map(parsePart));
  const length = parsed.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (length > MAX_TEXT_LENGTH) {
    throw tooLarge('message_too_large', `The text has ${length} characters; at most ${MAX_TEXT_LENGTH} are allowed.`);
  }
  if (parsed.every((part) => part.type === 'text' && part.text.trim() === '')) {
    throw invalid('empty_message', 'content is empty; it must hold some text or an image.');
  }
  return parsed;
}

async function parsePart(part: unknown, index: number): Promise<GivenPart> {
  const fields: Record<string, unknown> = typeof part === 'object' && part !== null ? { ...part } : {};
  if (fields.type === 'text' && typeof fields.text === 'string') return { type: 'text', text: fields.text };
  if (fields.type === 'image' && typeof fields.url === 'string') {
    // Codex fetches no image, and fails a turn that names the address of one.
    if (isPictureUrl(fields.url)) return givenPicture(fields.url, index);
    const form = 'data:image/png;base64,... (or jpeg, gif, webp)';
    throw invalid('invalid_content', `content[${index}].url must be a data URL with the image itself: ${form}.`);
  }
  const forms = '{"type": "text", "text": "..."} or {"type": "image", "url": "..."}';
  throw invalid('invalid_content', `content[${index}] must be ${forms}.`);
}

async function givenPicture(url: string, index: number): Promise<GivenPart> {
  try {
    return { type: 'picture', picture: await pictureOf(url) };
  } catch (error) {
    if (!(error instanceof PictureMistake)) throw error;
    throw invalid('invalid_image', `The image in content[${index}].url ${error.message}.`);
  }
}
