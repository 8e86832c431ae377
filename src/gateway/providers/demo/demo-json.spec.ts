import { exampleOf } from './demo-json';

describe('the JSON of the demo model', () => {
  it.each([
    [{ type: 'string' }, 'demo'],
    [{ type: ['integer', 'null'], minimum: 3 }, 3],
    [{ enum: ['a', 'b'] }, 'a'],
    [{ const: 7 }, 7],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 2 }, [true, true]],
    [{ anyOf: [{ type: 'null' }, { type: 'string' }] }, null],
    [
      { $defs: { x: { type: 'string' } }, type: 'object', properties: { a: { $ref: '#/$defs/x' } }, required: ['a'] },
      { a: 'demo' },
    ],
    [{ type: 'object', properties: { a: { type: 'string' } } }, {}],
  ])('fits %j', (schema, expected) => {
    expect(exampleOf(schema)).toEqual(expected);
  });

  it('comes to an end in a schema that contains itself', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(() => JSON.stringify(exampleOf(schema))).not.toThrow();
  });
});
