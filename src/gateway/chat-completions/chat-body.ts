import { isObject, JsonObject } from '../protocol/json';
import { fieldSpans } from '../protocol/json-spans';

/**
 * The bytes of a chat request for a provider with the same API: as the client sent them but for the named fields,
 * whose values are replaced where they stand, or put in front.
 *
 * @param spans of the bytes, where they are known already
 */
export function withFields(bytes: Buffer, fields: JsonObject, spans = fieldSpans(bytes) ?? []): Buffer {
  const pieces: Buffer[] = [];
  const missing = new Set(Object.keys(fields));
  let from = bytes.indexOf('{') + 1;
  for (const { key, start, end } of spans) {
    if (!(key in fields)) continue;
    missing.delete(key);
    pieces.push(bytes.subarray(from, start), Buffer.from(JSON.stringify(fields[key])));
    from = end;
  }
  const added = [...missing].map((key) => `${JSON.stringify(key)}:${JSON.stringify(fields[key])}`).join(',');
  const comma = added !== '' && spans.length > 0 ? ',' : '';
  return Buffer.concat([Buffer.from(`{${added}${comma}`), ...pieces, bytes.subarray(from)]);
}

/** The `stream_options` that make a provider tell the usage at the end, keeping what the client said. */
export const usageOptions = (given: unknown): JsonObject => ({
  ...(isObject(given) ? given : {}),
  include_usage: true,
});
