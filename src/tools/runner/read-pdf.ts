import { readFile } from 'node:fs/promises';
import { Answer, byteSize, cut, done, MAX_PICTURE_BYTES, MAX_TEXT, Part, picture, text, ToolFault } from './answer';

type Pdfjs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');
type Document = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;

const MAX_BYTES = 100 * 1024 * 1024;
const DEFAULT_PAGES = 20;
const MAX_PICTURES = 5;
/** Pixels of the longer side of the picture of a page. */
const PICTURE_SIDE = 1_200;

export interface PageRange {
  /** `3` or `1-5`. */
  readonly pages?: string;
  readonly pictures?: boolean;
}

/** The text of a PDF by pages, or pictures of some of its pages. */
export async function readPdf(path: string, size: number, { pages, pictures = false }: PageRange): Promise<Answer> {
  if (size > MAX_BYTES) throw new ToolFault(`${path} has ${byteSize(size)}; a PDF may have ${byteSize(MAX_BYTES)}.`);
  const document = await open(path);
  try {
    const numbers = pageNumbers(pages, document.numPages, pictures ? MAX_PICTURES : DEFAULT_PAGES);
    const note = `[PDF of ${document.numPages} pages; pages ${numbers[0]} to ${numbers.at(-1)}]`;
    return pictures
      ? { success: true, content: [text(note), ...(await picturesOf(document, numbers))] }
      : done(await textOf(document, numbers, note));
  } finally {
    await document.cleanup();
  }
}

async function open(path: string): Promise<Document> {
  const { getDocument, VerbosityLevel } = await library();
  const data = new Uint8Array(await readFile(path));
  try {
    return await getDocument({ data, verbosity: VerbosityLevel.ERRORS, ...resources() }).promise;
  } catch (error) {
    const { name, message } = error as Error;
    const why = name === 'PasswordException' ? 'is locked by a password' : `cannot be read as a PDF: ${message}`;
    throw new ToolFault(`${path} ${why}.`);
  }
}

async function library(): Promise<Pdfjs> {
  try {
    return await import('pdfjs-dist/legacy/build/pdf.mjs');
  } catch (error) {
    throw new ToolFault(`PDFs cannot be read here: ${(error as Error).message}`);
  }
}

/** Tables for texts in Chinese, Japanese and Korean, fonts that every reader has, and decoders of pictures. */
function resources(): { cMapUrl: string; standardFontDataUrl: string; wasmUrl: string } {
  const manifest = require.resolve('pdfjs-dist/package.json');
  const folder = (name: string): string => manifest.replace(/package\.json$/, `${name}/`);
  return { cMapUrl: folder('cmaps'), standardFontDataUrl: folder('standard_fonts'), wasmUrl: folder('wasm') };
}

function pageNumbers(pages: string | undefined, count: number, most: number): number[] {
  const [, from = '1', to] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(pages ?? `1-${most}`) ?? [];
  if (pages !== undefined && !/^\s*\d+\s*(-\s*\d+\s*)?$/.test(pages)) {
    throw new ToolFault(`pages must be a page or a range, such as "3" or "1-5", not "${pages}".`);
  }
  const [first, last] = [Number(from), Math.min(Number(to ?? from), count)];
  if (first < 1 || first > last) throw new ToolFault(`There are pages 1 to ${count}, and no pages ${pages ?? from}.`);
  return Array.from({ length: Math.min(last - first + 1, most) }, (_, index) => first + index);
}

async function textOf(document: Document, numbers: readonly number[], note: string): Promise<string> {
  const pages: string[] = [];
  let length = 0;
  for (const number of numbers) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const content = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    pages.push(`--- page ${number}\n${content.trim() || '[no text: it may be a picture; ask for pictures]'}`);
    length += content.length;
    if (length > MAX_TEXT) break;
  }
  return cut([note, ...pages].join('\n'));
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  toBuffer(type: 'image/png'): Buffer;
}

interface CanvasFactory {
  create(width: number, height: number): { canvas: Canvas };
}

async function picturesOf(document: Document, numbers: readonly number[]): Promise<Part[]> {
  const parts: Part[] = [];
  let bytes = 0;
  for (const number of numbers) {
    const image = await pictureOf(document, number);
    if (bytes + image.length > MAX_PICTURE_BYTES) {
      return [...parts, text(`[pages from ${number} on are left out: their pictures are too large together]`)];
    }
    bytes += image.length;
    parts.push(text(`page ${number}`), picture('image/png', image));
  }
  return parts;
}

async function pictureOf(document: Document, number: number): Promise<Buffer> {
  const page = await document.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: PICTURE_SIDE / Math.max(width, height) });
  try {
    const factory = document.canvasFactory as CanvasFactory;
    const { canvas } = factory.create(Math.ceil(viewport.width), Math.ceil(viewport.height));
    // The library's own canvas for Node, which stands for that of a browser.
    await page.render({ canvas: canvas as never, viewport }).promise;
    return canvas.toBuffer('image/png');
  } catch (error) {
    throw new ToolFault(`Pages cannot be drawn here, but their text can be read: ${(error as Error).message}`);
  } finally {
    page.cleanup();
  }
}
