import { pictureMistake } from './picture';

const dataUrl = (type: string, bytes: string): string =>
  `data:${type};base64,${Buffer.from(bytes, 'latin1').toString('base64')}`;
const PNG = '\x89PNG\r\n\x1a\n....';
const WEBP = 'RIFF\0\0\0\0WEBPVP8 ';

describe('a picture in a data URL', () => {
  it.each([
    dataUrl('image/png', PNG),
    dataUrl('IMAGE/PNG', PNG),
    dataUrl('image/jpeg', '\xff\xd8\xff\xe0'),
    dataUrl('image/jpg;name=a', '\xff\xd8\xff\xe0'),
    dataUrl('image/gif', 'GIF89a'),
    dataUrl('image/webp', WEBP),
    dataUrl('image/avif', 'of a type that is not known here'),
    'https://example.com/a.png',
  ])('is right where its bytes begin as its type says: %s', (url) => expect(pictureMistake(url)).toBeUndefined());

  it.each([
    [dataUrl('image/png', 'GIF89a'), 'type image/png'],
    [dataUrl('image/jpeg', PNG), 'type image/jpeg'],
    [dataUrl('image/webp', 'RIFF....WAVEfmt '), 'type image/webp'],
    [dataUrl('image/gif', '<svg onload="alert(1)">'), 'type image/gif'],
    ['data:image/png;base64,', 'type image/png'],
    [`${dataUrl('image/png', PNG)}<script>`, 'not base64'],
  ])('is wrong where they do not: %s', (url, words) => expect(pictureMistake(url)).toContain(words));
});
