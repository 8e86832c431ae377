import { unescape } from 'node:querystring';
import type { LanguageModelV4FilePart, LanguageModelV4TextPart } from '@ai-sdk/provider';
import { JsonObject, objectsOf, textOf } from '../../wire/json';

export type ContentPart = LanguageModelV4TextPart | LanguageModelV4FilePart;

const DATA_URL = /^data:([^;,]+)(?:;[^;,]+)*?(;base64)?,/;

/** The parts of a message's or a tool output's content that a chat model can take. */
export function contentParts(content: unknown): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsOf(content).flatMap((part) => partOf(part) ?? []);
}

/** All text of a content, its parts on lines of their own. */
export function contentText(content: unknown): string {
  return contentParts(content)
    .flatMap((part) => (part.type === 'text' ? part.text : []))
    .join('\n');
}

function partOf(part: JsonObject): ContentPart | undefined {
  const text = textOf(part.text) ?? textOf(part.refusal);
  if (text !== undefined) return text === '' ? undefined : { type: 'text', text };
  if (part.type === 'input_image') return filePart(textOf(part.image_url), 'image');
  if (part.type === 'input_file') return filePart(textOf(part.file_data) ?? textOf(part.file_url), 'application/pdf');
  return undefined;
}

function filePart(address: string | undefined, fallbackType: string): LanguageModelV4FilePart | undefined {
  if (address === undefined) return undefined;
  const data = DATA_URL.exec(address);
  if (data !== null) {
    const body = address.slice(data[0].length);
    const base64 = data[2] === undefined ? Buffer.from(unescape(body)).toString('base64') : body;
    return { type: 'file', mediaType: data[1] ?? fallbackType, data: { type: 'data', data: base64 } };
  }
  if (!URL.canParse(address)) return undefined;
  return { type: 'file', mediaType: fallbackType, data: { type: 'url', url: new URL(address) } };
}
