import { schemaFault } from './schema-fault';

const withA = (a: unknown, more: object = {}) => ({ type: 'object', properties: { a }, ...more });
const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => withA(inner), { type: 'string' });

describe('the schema of a tool', () => {
  it.each([
    ['a list of types', withA({ type: ['string', 'null'] })],
    ['parts that are true or false', withA({ type: 'array', items: true }, { additionalProperties: false })],
    ['what it is made of elsewhere', withA({ $ref: '#/$defs/b' }, { $defs: { b: { anyOf: [{ type: 'integer' }] } } })],
    ['a pair of items', withA({ type: 'array', prefixItems: [{ type: 'string' }], items: false })],
    ['null for what is left out', withA({ type: 'string', description: null, enum: null, anyOf: null, items: null })],
    ['parts 20 levels deep', nested(20)],
  ])('may have %s', (_, schema) => {
    expect(schemaFault(schema)).toBeUndefined();
  });

  // Each of them was refused by codex 0.171.0, but for the unknown type, which providers refuse.
  it.each([
    ['"items" that are no schema', withA({ type: 'array', items: [{ type: 'string' }] })],
    ['"items" that are no schema', withA({ type: 'array', items: 'x' })],
    ['a "required" that is no list of names', withA(true, { required: [5] })],
    ['a "required" that is no list of names', withA(true, { required: 'a' })],
    ['"properties" that are none', { type: 'object', properties: 5 }],
    ['"properties" that are none', { type: 'object', properties: [] }],
    ['a part that is no schema', withA(5)],
    ['a part that is no schema', withA(null)],
    ['a part that is no schema', withA({ anyOf: 5 })],
    ['a part that is no schema', withA({ oneOf: { type: 'string' } })],
    ['a part that is no schema', withA({ allOf: [5] })],
    ['an "enum" that is no list', withA({ enum: 'x' })],
    ['a "description" that is no text', withA({ description: 5 })],
    ['a "$ref" that is no text', withA({ $ref: 5 })],
    ['an "encrypted" that is neither true nor false', withA({ encrypted: 5 })],
    ['"additionalProperties" that are neither a schema nor true or false', withA(true, { additionalProperties: 'no' })],
    ['a "required" that is no list of names', withA(true, { additionalProperties: { required: [5] } })],
    ['an unknown type', withA({ type: 'wat' })],
    ['a text with half of a character', withA({ description: 'x\ud800' })],
  ])('must not have %s: %j', (fault, schema) => {
    expect(schemaFault(schema)).toBe(`has ${fault}`);
  });

  it('must not be nested deeply, in its schemas or in its values', () => {
    expect(schemaFault(nested(300))).toBe('is nested too deeply');
    const value = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(schemaFault(withA({ default: value }))).toBe('is nested too deeply');
    expect(schemaFault(nested(30))).toBe('is nested too deeply');
  });
});
