import { isObject, JsonObject, textOf } from '../../gateway/wire/json';
import { OpenAiError } from '../../gateway/wire/openai.error';

/** A part of a message as chats take it. */
export type InputPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }
  | { readonly type: 'file'; readonly fileName: string; readonly data: string };

/** A message that was said before, as the client shows it. */
export interface EarlierMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/**
 * The parts of a message in the form of either API; empty ones are left out.
 *
 * @throws OpenAiError 400 for a part that the agent cannot be given, such as audio
 */
export function partsOf(content: unknown): InputPart[] {
  if (typeof content === 'string') return textParts(content);
  return Array.isArray(content) ? content.filter(isObject).flatMap(partOf) : [];
}

export const textOfParts = (parts: readonly InputPart[]): string =>
  parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');

const textParts = (text: string | undefined): InputPart[] =>
  text === undefined || text === '' ? [] : [{ type: 'text', text }];

function partOf(part: JsonObject): InputPart[] {
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return textParts(textOf(part.text));
    case 'refusal':
      return textParts(textOf(part.refusal));
    case 'image_url':
    case 'input_image':
      return [imageOf(part)];
    case 'file':
      return [fileOf(isObject(part.file) ? part.file : {})];
    case 'input_file':
      return [fileOf(part)];
    default:
      throw unsupportedPart(String(part.type));
  }
}

function imageOf({ image_url: image }: JsonObject): InputPart {
  const url = isObject(image) ? textOf(image.url) : textOf(image);
  if (url === undefined)
    throw new OpenAiError(400, 'invalid_content', 'An image must have its data URL as "image_url".');
  return { type: 'image', url };
}

function fileOf({ file_data: data, filename: name }: JsonObject): InputPart {
  if (typeof data !== 'string') {
    throw new OpenAiError(400, 'invalid_content', 'A file must have its content as a data URL in "file_data".');
  }
  return { type: 'file', fileName: textOf(name) ?? 'file', data };
}

const unsupportedPart = (type: string): OpenAiError =>
  new OpenAiError(400, 'invalid_content', `The agent takes texts, images and files; no part of the type "${type}".`);
