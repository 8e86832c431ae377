import { createHash } from 'node:crypto';
import type { TurnOptions } from './entities/turn.entity';

/** A part as it counts for telling a message that is sent again: a text, or the SHA-256 of a picture's or file's bytes. */
export type FingerprintPart = { readonly text: string } | { readonly sha256: string; readonly fileName: string | null };

type Asked = Omit<TurnOptions, 'requestId'>;

/** SHA-256, in hex, of what a message says, byte by byte, and asks for. The order of the fields of a schema does not count. */
export function fingerprintOf(parts: readonly FingerprintPart[], asked: Asked): string {
  const { model, effort, outputSchema } = asked;
  const usual = { model: model ?? null, effort: effort ?? null, outputSchema: sorted(outputSchema ?? null) };
  // Only where they are given: those that were stored before there were more options stay what they are.
  const more = Object.entries({ kind: asked.kind, mode: asked.mode, backend: asked.backend }).filter(
    ([, value]) => value,
  );
  const said = parts.map((part) => ('text' in part ? ['text', part.text] : ['file', part.sha256, part.fileName]));
  return sha256Of(JSON.stringify([said, usual, ...more]));
}

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return fields.map(([name, field]) => [name, sorted(field)]);
}
