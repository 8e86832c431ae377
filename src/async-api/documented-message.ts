import type { JsonSchema } from './json-schema';

/** What goes over a socket, in either direction. */
export interface DocumentedMessage {
  readonly summary: string;
  readonly payload: JsonSchema;
}

export type DocumentedMessages = Readonly<Record<string, DocumentedMessage>>;

export const text: JsonSchema = { type: 'string' };
export const wholeNumber: JsonSchema = { type: 'integer', minimum: 0 };
export const anyObject: JsonSchema = { type: 'object' };

/** An object with these fields, of which those whose names end with `?` may be left out. */
export function fields(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(properties);
  const required = names.filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name.replace('?', ''), schema])),
    ...(required.length > 0 && { required }),
  };
}
