import { DomainError } from '../common/domain.error';
import { PIXEL } from '../../test/support/pixel';
import { MAX_TEXT_LENGTH, parseContent } from './message-content';

async function codeOf(content: unknown): Promise<string> {
  try {
    await parseContent(content);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('parseContent', () => {
  it('takes a string as one part of text, unchanged', async () => {
    expect(await parseContent(' hello\n')).toEqual([{ type: 'text', text: ' hello\n' }]);
  });

  it('takes parts of text and images, and only the fields of those', async () => {
    const image = { type: 'image', url: PIXEL, extra: 1 };
    const bytes = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64');
    expect(await parseContent([{ type: 'text', text: 'look', extra: 1 }, image])).toEqual([
      { type: 'text', text: 'look' },
      { type: 'picture', picture: { bytes, mediaType: 'image/png', width: 1, height: 1 } },
    ]);
  });

  it('takes an image alone, and an empty text beside something', async () => {
    expect(await codeOf([{ type: 'image', url: PIXEL }])).toBe('accepted');
    expect(
      await codeOf([
        { type: 'text', text: '' },
        { type: 'text', text: 'x' },
      ]),
    ).toBe('accepted');
  });

  it.each([[''], ['  \n'], [[]], [[{ type: 'text', text: ' ' }]]])('refuses %j as empty', async (content) => {
    expect(await codeOf(content)).toBe('empty_message');
  });

  it.each(
    [
      ...[42, null, undefined, {}, true, [null], ['text'], [{ type: 'text' }], [{ type: 'text', text: 5 }]],
      ...[[{ type: 'image' }], [{ type: 'image', url: 'file:///etc/passwd' }]],
      ...[[{ type: 'image', url: 'data:text/html;base64,AAAA' }], [{ type: 'image', url: 'javascript:alert(1)' }]],
      Array.from({ length: 51 }, () => ({ type: 'text', text: 'x' })),
    ].map((content: unknown) => ({ content })),
  )('refuses content of a wrong form (%#)', async ({ content }) => {
    expect(await codeOf(content)).toBe('invalid_content');
  });

  it.each(['data:image/png;base64,AAAA', 'data:image/gif;base64,', `${PIXEL}!`, 'data:image/gif;base64,R0lGODlhAQ=='])(
    'refuses an image that is none (%#)',
    async (url) => expect(await codeOf([{ type: 'image', url }])).toBe('invalid_image'),
  );

  it('takes an image whose label says something else than its bytes', async () => {
    expect(await codeOf([{ type: 'image', url: PIXEL.replace('image/png', 'image/jpg') }])).toBe('accepted');
  });

  it.each(['https://example.com/a.png', 'HTTP://example.com/a.png'])(
    'refuses the address %s of an image, which codex does not fetch',
    async (url) => {
      expect(
        await codeOf([
          { type: 'text', text: 'look' },
          { type: 'image', url },
        ]),
      ).toBe('invalid_content');
    },
  );

  it('takes as much text as codex does, over all parts, and no more', async () => {
    const half = 'x'.repeat(MAX_TEXT_LENGTH / 2);
    const two = [half, half].map((text) => ({ type: 'text', text }));
    expect(await codeOf(two)).toBe('accepted');
    expect(await codeOf([...two, { type: 'text', text: 'x' }])).toBe('message_too_large');
    expect(await codeOf('x'.repeat(MAX_TEXT_LENGTH + 1))).toBe('message_too_large');
  });
});
