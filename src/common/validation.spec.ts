import { IsInt, IsNotEmpty, IsString, Max, MaxLength, Min } from 'class-validator';
import { parse, validationPipe } from './validation';

class Input {
  @IsString()
  @IsNotEmpty()
  @MaxLength(5)
  name: string;

  @IsInt()
  @Min(1)
  @Max(500)
  limit: number;
}

/** So many lists in each other. */
const nested = (levels: number): unknown => {
  let value: unknown = 0;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

describe('a value that is refused', () => {
  const refusalOf = (value: unknown): Promise<unknown> => parse(Input, value).catch((error: unknown) => error);

  it.each([
    [{ name: 'ok', limit: 'abc' }, 'limit must be an integer number.'],
    [{ name: 'ok', limit: 501 }, 'limit must not be greater than 500.'],
    [{ name: '', limit: 1 }, 'name should not be empty.'],
    [{ limit: 1 }, 'name must be a string.'],
    [
      { name: 'too long', limit: 0 },
      'name must be shorter than or equal to 5 characters; limit must not be less than 1.',
    ],
    [{ name: 'ok', limit: 1, colour: 'red' }, 'property colour should not exist.'],
    [JSON.parse('{"name":"ok","limit":1,"__proto__":{"limit":2}}'), 'property __proto__ should not exist.'],
    [{ name: 'ok', limit: 1, deep: [JSON.parse('{"__proto__":1}')] }, 'property __proto__ should not exist.'],
    [[{ name: 'ok', limit: 1 }], 'One object is expected, not a list.'],
    [{ name: 'ok', limit: 1, deep: nested(200) }, 'Objects and lists may lie in each other 200 levels deep.'],
    [{ name: 'ok', limit: 1, deep: nested(100_000) }, 'Objects and lists may lie in each other 200 levels deep.'],
  ])('is answered with what it must be in one sentence a field (%#)', async (value, detail) => {
    expect(await refusalOf(value)).toMatchObject({ code: 'validation_failed', detail });
  });
});

describe('a body of many levels', () => {
  const body = { name: 'ok', limit: 1, deep: nested(20_000) };

  it('is refused by a call that has rules for it', async () => {
    const checked = async (): Promise<unknown> => validationPipe().transform(body, { type: 'body', metatype: Input });
    await expect(checked()).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('is left to a call that reads it by itself', async () => {
    expect(await validationPipe().transform(body, { type: 'body', metatype: Object })).toBe(body);
  });
});
