import { jsonSchemaOf, schemasFrom } from './json-schema';

describe('a schema of OpenAPI as JSON Schema', () => {
  it('says in types what may be null', () => {
    expect(jsonSchemaOf({ type: 'string', nullable: true })).toEqual({ type: ['string', 'null'] });
    expect(jsonSchemaOf({ type: 'string', enum: ['a'], nullable: true })).toEqual({
      ...{ type: ['string', 'null'], enum: ['a', null] },
    });
    expect(jsonSchemaOf({ nullable: true, allOf: [{ $ref: '#/x' }] })).toEqual({
      oneOf: [{ allOf: [{ $ref: '#/x' }] }, { type: 'null' }],
    });
    expect(jsonSchemaOf({ type: 'object', nullable: true, allOf: [{ $ref: '#/x' }] })).toEqual({
      oneOf: [{ type: 'object', allOf: [{ $ref: '#/x' }] }, { type: 'null' }],
    });
  });

  it('has its examples, and its own fields of any name', () => {
    const properties = { example: { type: 'string', example: 'a' }, discriminator: { type: 'string' } };
    const schema = { type: 'object', properties, discriminator: { propertyName: 'type' } };
    expect(jsonSchemaOf(schema)).toEqual({
      type: 'object',
      properties: { example: { type: 'string', examples: ['a'] }, discriminator: { type: 'string' } },
    });
  });

  it('comes with those that it refers to, and no others', () => {
    const schemas = {
      a: { properties: { b: { $ref: '#/components/schemas/b' } } },
      b: { items: { $ref: '#/components/schemas/a' } },
      c: {},
    };
    expect(Object.keys(schemasFrom(['a', 'gone'], schemas))).toEqual(['a', 'b']);
  });
});
