import { REFUSED_SCHEMAS, USABLE_SCHEMAS } from '../../test/support/tool-schemas';
import { schemaFault } from './schema-fault';

const withA = (a: unknown, more: object = {}) => ({ type: 'object', properties: { a }, ...more });
const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => withA(inner), { type: 'string' });

describe('the schema of a tool', () => {
  it.each<readonly [string, unknown]>([...USABLE_SCHEMAS, ['parts 20 levels deep', nested(20)]])(
    'may have %s',
    (_, schema) => {
      expect(schemaFault(schema)).toBeUndefined();
    },
  );

  it.each<readonly [string, unknown]>([
    ...REFUSED_SCHEMAS,
    // Providers refuse it.
    ['has an unknown type', withA({ type: 'wat' })],
    ['has a "required" that is no list of names', withA(true, { additionalProperties: { required: [5] } })],
    ['has a text with half of a character', withA({ description: 'x\ud800' })],
  ])('%s: %j', (fault, schema) => {
    expect(schemaFault(schema)).toBe(fault);
  });

  it('must not be nested deeply, in its schemas or in its values', () => {
    expect(schemaFault(nested(300))).toBe('is nested too deeply');
    const value = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(schemaFault(withA({ default: value }))).toBe('is nested too deeply');
    expect(schemaFault(nested(30))).toBe('is nested too deeply');
  });
});
