import { Answer, cut, MAX_PICTURE_BYTES, MAX_TEXT, Part, text, ToolFault } from './answer';

const MAX_OUTPUT = 4_000;
const MAX_PICTURES = 4;

interface Cell {
  readonly cell_type?: string;
  readonly source?: string | readonly string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

interface Output {
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
  readonly ename?: string;
  readonly evalue?: string;
}

/** The cells of a Jupyter notebook with what they have put out; pictures as pictures. */
export function readNotebook(content: string, path: string): Answer {
  const cells = cellsOf(content, path);
  const pictures: Part[] = [];
  let pictureBytes = 0;
  const shown = cells.map((cell, index) => {
    const source = joined(cell.source);
    const outputs = objectsIn<Output>(cell.outputs).map((output) => {
      const image = joined(output.data?.['image/png']);
      if (image === '') return cut(outputText(output), MAX_OUTPUT);
      pictureBytes += image.length;
      if (pictures.length === MAX_PICTURES || pictureBytes > MAX_PICTURE_BYTES) return '[a picture, left out]';
      pictures.push({ type: 'picture', url: `data:image/png;base64,${image.replaceAll(/\s/g, '')}` });
      return `[picture ${pictures.length}, below]`;
    });
    const kind = cell.cell_type ?? 'cell';
    const count = typeof cell.execution_count === 'number' ? ` [${cell.execution_count}]` : '';
    return [`--- cell ${index + 1}: ${kind}${count}`, source, ...outputs.map((output) => `>>> ${output}`)].join('\n');
  });
  const whole = `[notebook of ${cells.length} cells]\n${shown.join('\n')}`;
  return { success: true, content: [text(cut(whole, MAX_TEXT)), ...pictures] };
}

function cellsOf(content: string, path: string): readonly Cell[] {
  try {
    const { cells } = JSON.parse(content) as { cells?: unknown };
    if (Array.isArray(cells)) return objectsIn<Cell>(cells);
  } catch {
    // Said below.
  }
  throw new ToolFault(`${path} is no notebook: it is not the JSON that a notebook consists of.`);
}

/** What is none is shown as one without anything in it. */
const objectsIn = <T extends object>(values: unknown): Partial<T>[] =>
  Array.isArray(values)
    ? values.map((value: unknown) => (typeof value === 'object' && value !== null ? value : {}))
    : [];

const outputText = ({ text: stream, data, ename, evalue }: Output): string =>
  ename === undefined ? joined(stream) || joined(data?.['text/plain']) : `${ename}: ${evalue ?? ''}`;

const joined = (source: unknown): string =>
  Array.isArray(source) ? source.join('') : typeof source === 'string' ? source : '';
