import { contentParts, isReadableFile } from './prompt-content';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';

describe('a picture or a file in a message', () => {
  it.each([
    ['base64 with the kind that its bytes have', { type: 'input_image', image_url: PNG }, 'image/png', PNG],
    ['a data URL', { type: 'input_image', image_url: 'data:image/gif;base64,R0lGODlhAQ' }, 'image/gif', 'R0lGODlhAQ'],
    [
      'base64 of a kind unknown',
      { type: 'input_file', file_data: 'AAAABBBBCCCCDD==' },
      'application/pdf',
      'AAAABBBBCCCCDD==',
    ],
  ])('may be %s', (_, part, mediaType, data) => {
    expect(contentParts([part])).toEqual([{ type: 'file', mediaType, data: { type: 'data', data } }]);
  });

  it.each(['cat.png', 'AAAABBBBCCCC=DDD', 'AAAABBBBCCCCDDD', 'A word and another.', ''])(
    'is none in the text %j',
    (text) => {
      expect(isReadableFile(text)).toBe(false);
    },
  );

  it('may be as long as a request', () => {
    expect(isReadableFile('A'.repeat(40_000_000))).toBe(true);
    expect(isReadableFile(`${'A'.repeat(39_999_999)}!`)).toBe(false);
  });
});
