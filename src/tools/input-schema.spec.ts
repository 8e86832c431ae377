import { InputSchema } from './input-schema';

const schema = new InputSchema({
  type: 'object',
  properties: { s: { type: 'string', pattern: '^(a+)+$' }, n: { type: 'integer' } },
  patternProperties: { '^(b+)+$': { type: 'string' } },
});

describe('the input of a tool', () => {
  it('is checked against the schema', () => {
    expect(schema.faultOf({ s: 'aaa', n: 1 })).toBeUndefined();
    expect(schema.faultOf({ s: 'aab', n: 'x' })).toMatch(/must match pattern[^]*at s[^]*at n/);
    expect(schema.faultOf(null)).toContain('expected object');
  });

  it.each([{ s: `${'a'.repeat(60)}!` }, { [`${'b'.repeat(60)}!`]: 'x' }])(
    'is refused where a pattern would take hours for it, and holds up nothing: %j',
    (input) => {
      const startedAt = performance.now();
      expect(schema.faultOf(input)).toBe('it cannot be checked: it is too long, or nested too deeply');
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(schema.faultOf({ s: 'aaa' })).toBeUndefined();
    },
  );
});
