import { DomainError } from '../common/domain.error';
import { MAX_TEXT_LENGTH, parseContent } from './message-content';

function codeOf(content: unknown): string {
  try {
    parseContent(content);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('parseContent', () => {
  it('takes a string as one part of text, unchanged', () => {
    expect(parseContent(' hello\n')).toEqual([{ type: 'text', text: ' hello\n' }]);
  });

  it('takes parts of text and images, and only the fields of those', () => {
    const image = { type: 'image', url: 'data:image/png;base64,iVBORw0KGgo=' };
    expect(parseContent([{ type: 'text', text: 'look', extra: 1 }, image])).toEqual([
      { type: 'text', text: 'look' },
      image,
    ]);
  });

  it('takes an image alone, and an empty text beside something', () => {
    expect(codeOf([{ type: 'image', url: 'data:image/png;base64,iVBORw0KGgo=' }])).toBe('accepted');
    expect(
      codeOf([
        { type: 'text', text: '' },
        { type: 'text', text: 'x' },
      ]),
    ).toBe('accepted');
  });

  it.each([[''], ['  \n'], [[]], [[{ type: 'text', text: ' ' }]]])('refuses %j as empty', (content) => {
    expect(codeOf(content)).toBe('empty_message');
  });

  it.each(
    [
      ...[42, null, undefined, {}, true, [null], ['text'], [{ type: 'text' }], [{ type: 'text', text: 5 }]],
      ...[[{ type: 'image' }], [{ type: 'image', url: 'file:///etc/passwd' }]],
      ...[[{ type: 'image', url: 'data:text/html;base64,AAAA' }], [{ type: 'image', url: 'javascript:alert(1)' }]],
      Array.from({ length: 51 }, () => ({ type: 'text', text: 'x' })),
    ].map((content: unknown) => ({ content })),
  )('refuses content of a wrong form (%#)', ({ content }) => {
    expect(codeOf(content)).toBe('invalid_content');
  });

  it.each(['https://example.com/a.png', 'HTTP://example.com/a.png'])(
    'refuses the address %s of an image, which codex does not fetch',
    (url) => {
      expect(
        codeOf([
          { type: 'text', text: 'look' },
          { type: 'image', url },
        ]),
      ).toBe('invalid_content');
    },
  );

  it('takes as much text as codex does, over all parts, and no more', () => {
    const half = 'x'.repeat(MAX_TEXT_LENGTH / 2);
    const two = [half, half].map((text) => ({ type: 'text', text }));
    expect(codeOf(two)).toBe('accepted');
    expect(codeOf([...two, { type: 'text', text: 'x' }])).toBe('message_too_large');
    expect(codeOf('x'.repeat(MAX_TEXT_LENGTH + 1))).toBe('message_too_large');
  });
});
