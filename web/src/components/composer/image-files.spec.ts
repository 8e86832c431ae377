import { bytesOf, chooseImages } from './image-files';

const MB = 1024 * 1024;
const image = (size = 1_000, name = 'a.png', type = 'image/png') => ({ name, type, size });
const present = (count: number, bytes = 1_000) => Array.from({ length: count }, () => ({ bytes }));

describe('the images of a message', () => {
  it('are taken up to the limits', () => {
    expect(chooseImages([image(), image(5 * MB)], present(6))).toMatchObject({ files: [{}, {}], problem: null });
  });

  it.each([
    ['other kinds of files', [image(10, 'a.pdf', 'application/pdf')], [], '“a.pdf” is not a PNG, JPEG, GIF or WebP'],
    ['images that are too large', [image(6 * MB)], [], '“a.png” has 6.0 MB; an image may have at most 5.0 MB.'],
    ['more than eight', [image()], present(8), 'A message takes at most 8 images.'],
    ['more than a request takes', [image(5 * MB)], present(2, 4 * MB), 'may have 11.0 MB together'],
  ])('are not %s, and the user is told', (_what, offered, there, words) => {
    const { files, problem } = chooseImages(offered, there);
    expect(files).toEqual([]);
    expect(problem).toContain(words);
  });

  it('are taken beside one that is not', () => {
    const { files, problem } = chooseImages([image(9 * MB, 'big.png'), image()], []);
    expect(files).toHaveLength(1);
    expect(problem).toContain('big.png');
  });

  it('have the size of what their data URL encodes', () => expect(bytesOf('data:image/png;base64,AAAA')).toBe(3));
});
