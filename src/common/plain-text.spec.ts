import { parse } from './validation';
import { asPlainText, IsPlainText } from './plain-text';

class Named {
  @IsPlainText()
  name: string;
}

describe('a title or a name', () => {
  it('may be in any writing, emoji among them', async () => {
    for (const name of ['Tidy up', 'Ordnung schaffen – jetzt!', 'سلام', 'שלום', '整理', '👩‍💻']) {
      expect(await parse(Named, { name })).toEqual({ name });
      expect(asPlainText(name)).toBe(name);
    }
  });

  it('is refused with control characters, breaks of lines and changes of direction', async () => {
    for (const character of ['\n', '\0', '\u001b', '\u007f', '\u2028', '\u202e', '\u2066']) {
      const name = `a${character}b`;
      await expect(parse(Named, { name })).rejects.toMatchObject({ code: 'validation_failed' });
      expect(asPlainText(name)).toBe('ab');
    }
  });
});
