import { imageFault } from './image-data-url';

const urlOf = (type: string, bytes: string): string =>
  `data:image/${type};base64,${Buffer.from(bytes, 'latin1').toString('base64')}`;
const PNG = '\x89PNG\r\n\x1a\n and so on';
const IMAGES: [string, string][] = [
  ['png', PNG],
  ['PNG', PNG],
  ['jpeg', '\xff\xd8\xff\xe0 and so on'],
  ['gif', 'GIF89a and so on'],
  ['webp', 'RIFF\x01\x02\n\x04WEBP and so on'],
];

describe('the data URL of an image', () => {
  it.each(IMAGES)('is taken with the first bytes of its type: %s', (type, bytes) => {
    expect(imageFault(urlOf(type, bytes))).toBeUndefined();
  });

  it('is refused with those of another type, or of none', () => {
    expect(imageFault(urlOf('jpeg', PNG))).toBe('is no image of the type jpeg, which it says to be');
    for (const bytes of ['<svg onload=alert(1)>', '<html>', 'RIFFxxxxWAVE']) {
      expect(imageFault(urlOf('webp', bytes))).toContain('is no image');
    }
  });

  it('is refused where it is not base64, is empty, or names an image instead', () => {
    for (const data of ['', '%89PNG', '====', 'iVBORw0KGgo=\n']) {
      expect(imageFault(`data:image/png;base64,${data}`)).toBe('is not base64 behind its comma');
    }
    for (const url of ['https://a.example/a.png', 'data:image/svg+xml;base64,AAAA', 'data:text/html;base64,AAAA']) {
      expect(imageFault(url)).toContain('must be a data URL');
    }
  });
});
