import { IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsMailAddress } from './is-mail-address.decorator';
import { IsWebAddress } from './is-web-address.decorator';
import { Optional } from './optional.decorator';
import { PartialOf } from './partial-of';
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
    [JSON.parse('{"name": "ok", "limit": 1, "__proto__": {"a": 1}}'), 'property __proto__ should not exist.'],
    [{ name: 'ok', limit: 1, constructor: 'x' }, 'property constructor should not exist.'],
    [{ name: 'ok', limit: 1, prototype: 'x' }, 'property prototype should not exist.'],
    [[{ name: 'ok', limit: 1 }], 'One object is expected.'],
    ['x', 'One object is expected.'],
    [5, 'One object is expected.'],
    [null, 'name must be a string; limit must be an integer number.'],
    [{ name: 'ok', limit: 1, deep: nested(200) }, 'Objects and lists may lie in each other 200 levels deep.'],
    [{ name: 'ok', limit: 1, deep: nested(100_000) }, 'Objects and lists may lie in each other 200 levels deep.'],
  ])('is answered with what it must be in one sentence a field (%#)', async (value, detail) => {
    expect(await refusalOf(value)).toMatchObject({ code: 'validation_failed', detail });
  });
});

class Settings {
  @IsString()
  name: string;

  @Optional()
  @IsBoolean()
  shown: boolean = true;

  @IsOptional()
  @IsString()
  note?: string | null;
}
class SettingsChange extends PartialOf(Settings) {}

describe('null', () => {
  it('counts as left out where there is a default, which stays', async () => {
    expect({ ...(await parse(Settings, { name: 'a', shown: null })) }).toEqual({ name: 'a', shown: true });
    const body: unknown = { name: 'a', shown: null };
    expect(await validationPipe().transform(body, { type: 'body', metatype: Settings })).toMatchObject({ shown: true });
  });

  it('is refused for what has to be there, and counts as left out in a change of it', async () => {
    await expect(parse(Settings, { name: null })).rejects.toMatchObject({ code: 'validation_failed' });
    expect((await parse(SettingsChange, { name: null })).name).toBeUndefined();
    await expect(parse(SettingsChange, { name: 5 })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('is kept in a change where it means something', async () => {
    expect((await parse(SettingsChange, { note: null })).note).toBeNull();
  });
});

describe('an address', () => {
  class Addresses {
    @Optional()
    @IsWebAddress()
    url?: string;

    @Optional()
    @IsMailAddress()
    email?: string;
  }

  it.each(['https://[fe80::1%25eth0]/', 'ftp://host.example', 'host.example', 'https://', 5])(
    'that cannot be called is refused: %s',
    async (url) => {
      await expect(parse(Addresses, { url })).rejects.toMatchObject({ code: 'validation_failed' });
    },
  );

  it.each(['\ud800', '\ud800@host.example', 'a@', 5])('that is no mailbox is refused: %j', async (email) => {
    const detail = 'email must be an email address.';
    await expect(parse(Addresses, { email })).rejects.toMatchObject({ detail });
  });

  it('of a server or a mailbox passes', async () => {
    const addresses = { url: 'https://localhost:8443/a?b', email: 'ada@host.example' };
    expect(await parse(Addresses, addresses)).toEqual(addresses);
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
