import { isPictureUrl, pictureOf } from './picture';
import { PIXEL } from '../../../test/support/pixel';

const dataUrl = (label: string, bytes: Buffer | string): string =>
  `data:${label};base64,${Buffer.from(bytes as string, 'latin1').toString('base64')}`;

/** Beginnings of files of 3 by 2 pixels, as much as tells what they are. */
const PICTURES: readonly (readonly [string, Buffer])[] = [
  ['image/gif', Buffer.from('474946383961030002008000000000ffffff2c00000000030002000002038c8f05003b', 'hex')],
  [
    'image/jpeg',
    Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080002000301011100ffd9'.padEnd(96, '0'), 'hex'),
  ],
  [
    'image/webp',
    Buffer.from('524946461a000000574542505650384c0d0000002f0240000007d0fffef7bfff81'.padEnd(80, '0'), 'hex'),
  ],
  ['image/png', Buffer.from(`89504e470d0a1a0a0000000d494844520000000300000002${'0806000000'.padEnd(40, '0')}`, 'hex')],
];

describe('a picture in a data URL', () => {
  it.each(PICTURES)('is %s by its bytes, whatever its label says', async (mediaType, bytes) => {
    for (const label of ['image/png', 'image/jpg', 'IMAGE/GIF;name=a', 'image/x-icon', '']) {
      const url = `data:${label};base64,${bytes.toString('base64')}`;
      expect(await pictureOf(url)).toMatchObject({ mediaType, width: 3, height: 2, bytes });
    }
  });

  it.each([
    ['an SVG', dataUrl('image/png', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'by its bytes'],
    ['a page', dataUrl('image/png', '<!doctype html><script>alert(1)</script>'), 'by its bytes'],
    ['a PDF', dataUrl('image/jpeg', '%PDF-1.7\n'), 'application/pdf'],
    ['a sound', dataUrl('image/webp', 'RIFF\x24\0\0\0WAVEfmt '), 'by its bytes'],
    ['nothing', 'data:image/png;base64,', 'by its bytes'],
    ['a beginning', dataUrl('image/png', '\x89PNG\r\n\x1a\n'), ''],
    ['a picture of no size', PIXEL.replace('AAAAEAAAAB', 'AAAAAAAAAA'), 'width and height'],
    ['no base64', `${PIXEL}<script>`, 'not base64'],
  ])('is refused where it is %s', async (_, url, words) => {
    await expect(pictureOf(url)).rejects.toMatchObject({ name: 'PictureMistake' });
    await expect(pictureOf(url)).rejects.toThrow(words);
  });

  it.each(['https://example.com/a.png', 'file:///etc/passwd', 'data:text/html;base64,AAAA', 'data:image/png,AAAA', ''])(
    'is none at the address %s',
    (url) => expect(isPictureUrl(url)).toBe(false),
  );
});
