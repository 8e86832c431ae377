import { IsVisible, visibleLine } from './hidden-characters';
import { parse } from './validation';

class Named {
  @IsVisible()
  name: string;
}

describe('a name', () => {
  it.each(['Émile’s “tests”', 'ערב', '👩‍💻 🏴‍☠️', 'می‌خواهم', ''])('may be %j', async (name) => {
    expect(await parse(Named, { name })).toEqual({ name });
  });

  it.each([
    'a\nb',
    'a\tb',
    '\x1b[31m',
    '\x7f',
    '\x9b',
    '\u202egpj.exe',
    '\u2066x',
    '\u200bx',
    '\u200fx',
    '\ufeffx',
    '\u2028',
  ])('that hides something is refused (%j)', async (name) => {
    const detail = 'name must be one line without control, direction or zero-width characters.';
    await expect(parse(Named, { name })).rejects.toMatchObject({ code: 'validation_failed', detail });
  });
});

describe('a title made of a message', () => {
  it('is one line, all of which is seen', () => {
    expect(visibleLine(' one\r\n\ttwo\x1b[31m \u202ethree\u2028four\u200b ')).toBe('one two[31m three four');
    expect(visibleLine('\u200b\x00')).toBe('');
  });
});
