import type { LanguageModelV4FilePart, LanguageModelV4TextPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { unescape } from 'node:querystring';
import { isObject, JsonObject, objectsOf, textOf } from '../../wire/json';
import { openEnvelope } from './reasoning-envelope';

export type ContentPart = LanguageModelV4TextPart | LanguageModelV4FilePart;

const DATA_URL = /^data:([^;,]+)(?:;[^;,]+)*?(;base64)?,/;

/**
 * The parts of a message's or a tool output's content that a chat model can take; a blank text says nothing, and some
 * providers refuse it.
 */
export function contentParts(content: unknown): ContentPart[] {
  if (typeof content === 'string') return isBlank(content) ? [] : [{ type: 'text', text: content }];
  return objectsOf(content).flatMap((part) => partOf(part) ?? []);
}

/** All text of a content, its parts on lines of their own. */
export function contentText(content: unknown): string {
  return contentParts(content)
    .flatMap((part) => (part.type === 'text' ? part.text : []))
    .join('\n');
}

const isBlank = (text: string): boolean => text.trim() === '';

function partOf(part: JsonObject): ContentPart | undefined {
  const text = textOf(part.text) ?? textOf(part.refusal);
  if (text !== undefined) return isBlank(text) ? undefined : { type: 'text', text };
  if (part.type === 'input_image') return filePart(textOf(part.image_url), 'image');
  if (part.type === 'input_file') return filePart(textOf(part.file_data) ?? textOf(part.file_url), 'application/pdf');
  return undefined;
}

/** Whether a picture or file can be given to a model: by its bytes, or by an address that its provider fetches. */
export const isReadableFile = (address: string): boolean => filePart(address, '') !== undefined;

/** More letters than a word has. */
const MIN_BASE64_LENGTH = 16;

/** Base64 as RFC 4648 has it. Sign by sign: a repetition over megabytes exhausts the stack of a regular expression. */
function isBase64(text: string): boolean {
  if (text.length < MIN_BASE64_LENGTH || text.length % 4 !== 0) return false;
  const other = text.search(/[^A-Za-z0-9+/]/);
  return other === -1 || (other >= text.length - 2 && /^={1,2}$/.test(text.slice(other)));
}

/** How the base64 of the kinds of files begins that models take. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi0', 'application/pdf'],
];

const mediaTypeOf = (base64: string): string | undefined =>
  BEGINNINGS.find(([beginning]) => base64.startsWith(beginning))?.[1];

function filePart(address: string | undefined, fallbackType: string): LanguageModelV4FilePart | undefined {
  if (address === undefined) return undefined;
  const data = DATA_URL.exec(address);
  if (data !== null) {
    const body = address.slice(data[0].length);
    const base64 = data[2] === undefined ? Buffer.from(unescape(body)).toString('base64') : body;
    return { type: 'file', mediaType: data[1] ?? fallbackType, data: { type: 'data', data: base64 } };
  }
  if (isBase64(address)) {
    return { type: 'file', mediaType: mediaTypeOf(address) ?? fallbackType, data: { type: 'data', data: address } };
  }
  if (!URL.canParse(address)) return undefined;
  return { type: 'file', mediaType: fallbackType, data: { type: 'url', url: new URL(address) } };
}

/** What a tool gave back, split by what a chat API's `tool` message can carry. */
export interface ToolOutput {
  readonly text: string;
  /** Goes into a user message after the tool messages. */
  readonly files: readonly LanguageModelV4FilePart[];
}

/** For a call whose output is not in the history: an interrupted turn. Chat APIs refuse a call without an answer. */
const MISSING_OUTPUT: ToolOutput = { text: 'aborted', files: [] };

export const isToolOutput = (item: JsonObject): boolean =>
  item.type === 'function_call_output' || item.type === 'custom_tool_call_output';

export function toolOutputOf(item: JsonObject): ToolOutput {
  const { output } = item;
  if (isObject(output)) return { text: JSON.stringify(output), files: [] };
  const files = contentParts(output).flatMap((part) => (part.type === 'file' ? part : []));
  const text = contentText(output);
  return { text: text === '' && files.length > 0 ? 'The output is the image in the next message.' : text, files };
}

/** The outputs and signatures of a request's tool calls by call id, wherever in the input they stand. */
export class CallHistory {
  private readonly outputs = new Map<string, JsonObject[]>();
  private readonly metadata = new Map<string, SharedV4ProviderMetadata>();
  private readonly answered = new Set<JsonObject>();

  constructor(input: readonly JsonObject[], backendId: string) {
    for (const item of input) {
      if (isToolOutput(item)) this.addOutput(item);
      if (item.type === 'reasoning') this.addMetadata(item, backendId);
    }
  }

  /** The output of a call; of calls with the same id each takes the next one. */
  takeOutput(callId: string): ToolOutput {
    const item = this.outputs.get(callId)?.shift();
    if (item === undefined) return MISSING_OUTPUT;
    this.answered.add(item);
    return toolOutputOf(item);
  }

  /** Whether an output item was taken by its call. */
  isAnswered(item: JsonObject): boolean {
    return this.answered.has(item);
  }

  metadataOf(callId: string): SharedV4ProviderMetadata | undefined {
    return this.metadata.get(callId);
  }

  private addOutput(item: JsonObject): void {
    const callId = textOf(item.call_id) ?? '';
    const queue = this.outputs.get(callId);
    if (queue === undefined) this.outputs.set(callId, [item]);
    else queue.push(item);
  }

  private addMetadata(item: JsonObject, backendId: string): void {
    const envelope = openEnvelope(item.encrypted_content);
    if (envelope?.backendId !== backendId) return;
    for (const [callId, metadata] of Object.entries(envelope.calls ?? {})) this.metadata.set(callId, metadata);
  }
}
