import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { isObject, parseJson, textOf } from '../../wire/json';

/**
 * What a provider needs back in the next round and the Responses API has no field for: signatures of reasoning, of
 * tool calls. It travels in `encrypted_content` of a reasoning item, which codex returns word for word.
 */
export interface ReasoningEnvelope {
  /** Backend that made it; no other may see it. */
  readonly backendId: string;
  /** The AI SDK's metadata of the reasoning. */
  readonly metadata?: SharedV4ProviderMetadata;
  /** The AI SDK's metadata of the text before it. */
  readonly text?: SharedV4ProviderMetadata;
  /** The AI SDK's metadata of tool calls, by call id. */
  readonly calls?: Readonly<Record<string, SharedV4ProviderMetadata>>;
}

/** Marks an envelope as ours; a provider's own `encrypted_content` never starts so. */
const PREFIX = 'crk1.';

export const sealEnvelope = (envelope: ReasoningEnvelope): string =>
  PREFIX + Buffer.from(JSON.stringify(envelope)).toString('base64url');

export const isEnvelope = (encryptedContent: unknown): boolean =>
  typeof encryptedContent === 'string' && encryptedContent.startsWith(PREFIX);

/** The envelope in an item's `encrypted_content`; `undefined` for anything that is not ours. */
export function openEnvelope(encryptedContent: unknown): ReasoningEnvelope | undefined {
  if (typeof encryptedContent !== 'string' || !isEnvelope(encryptedContent)) return undefined;
  const value = parseJson(Buffer.from(encryptedContent.slice(PREFIX.length), 'base64url').toString());
  if (!isObject(value)) return undefined;
  const backendId = textOf(value.backendId);
  if (backendId === undefined) return undefined;
  const metadata = isMetadata(value.metadata) ? value.metadata : undefined;
  const text = isMetadata(value.text) ? value.text : undefined;
  const calls = isCallMetadata(value.calls) ? value.calls : undefined;
  return { backendId, metadata, text, calls };
}

const isMetadata = (value: unknown): value is SharedV4ProviderMetadata =>
  isObject(value) && Object.values(value).every(isObject);
const isCallMetadata = (value: unknown): value is Record<string, SharedV4ProviderMetadata> =>
  isObject(value) && Object.values(value).every(isMetadata);
