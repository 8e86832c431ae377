const withA = (a: unknown, more: object = {}): Record<string, unknown> => ({
  type: 'object',
  properties: { a },
  ...more,
});

/** Schemas of inputs that codex takes, by what they have. */
export const USABLE_SCHEMAS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['nothing but a type', { type: 'object' }],
  ['a list of types', withA({ type: ['string', 'null'] })],
  ['parts that are true or false', withA({ type: 'array', items: true }, { additionalProperties: false })],
  ['what it is made of elsewhere', withA({ $ref: '#/$defs/b' }, { $defs: { b: { anyOf: [{ type: 'integer' }] } } })],
  ['a pair of items', withA({ type: 'array', prefixItems: [{ type: 'string' }], items: false })],
  ['null for what is left out', withA({ type: 'string', description: null, enum: null, anyOf: null, required: null })],
];

/** Schemas that codex refuses (0.171.0), by what the service says of them. */
export const REFUSED_SCHEMAS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['has "items" that are no schema', withA({ type: 'array', items: [{ type: 'string' }] })],
  ['has "items" that are no schema', withA({ type: 'array', items: 'x' })],
  ['has a "required" that is no list of names', withA(true, { required: [5] })],
  ['has a "required" that is no list of names', withA(true, { required: 'a' })],
  ['has a "required" that is no list of names', withA(withA(true, { required: [5] }))],
  ['has "properties" that are none', { type: 'object', properties: 5 }],
  ['has "properties" that are none', { type: 'object', properties: [] }],
  ['has a part that is no schema', withA(5)],
  ['has a part that is no schema', withA(null)],
  ['has a part that is no schema', withA({ anyOf: 5 })],
  ['has a part that is no schema', withA({ oneOf: { type: 'string' } })],
  ['has a part that is no schema', withA({ allOf: [5] })],
  ['has an "enum" that is no list', withA({ enum: 'x' })],
  ['has a "description" that is no text', withA({ type: 'string', description: 5 })],
  ['has a "$ref" that is no text', withA({ $ref: 5 })],
  ['has an "encrypted" that is neither true nor false', withA({ type: 'string', encrypted: 5 })],
  [
    'has "additionalProperties" that are neither a schema nor true or false',
    withA(true, { additionalProperties: 'no' }),
  ],
];
