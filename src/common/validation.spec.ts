import { IsInt, IsNotEmpty, IsString, Max, MaxLength, Min } from 'class-validator';
import { parse } from './validation';

class Wish {
  @IsString()
  @IsNotEmpty()
  @MaxLength(5)
  name: string;

  @IsInt()
  @Min(1)
  @Max(500)
  limit: number;
}

describe('a value that is refused', () => {
  const refusalOf = (value: unknown): Promise<unknown> => parse(Wish, value).catch((error: unknown) => error);

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
  ])('is told what it must be in one sentence a field: %j', async (value, detail) => {
    expect(await refusalOf(value)).toMatchObject({ code: 'validation_failed', detail });
  });
});
