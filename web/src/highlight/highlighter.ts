import type { Language } from './languages';
import type { HighlightAnswer, HighlightRequest, TokenLine } from './tokens';

/** Answers that are kept, so that what comes into view again is drawn at once. */
const KEPT = 200;

type Lines = readonly TokenLine[] | null;

/** Has code told apart in a worker, which is started with the first: the page goes on meanwhile. */
class Highlighter {
  private worker: Worker | null = null;
  private count = 0;
  private readonly waiting = new Map<number, (lines: Lines) => void>();
  private readonly known = new Map<string, Promise<Lines>>();
  private readonly done = new Map<string, Lines>();

  /** What is known of it by now; undefined: nothing yet. */
  ready(code: string, language: Language): Lines | undefined {
    return this.done.get(keyOf(code, language));
  }

  /** Null where it cannot be told apart. */
  lines(code: string, language: Language): Promise<Lines> {
    const key = keyOf(code, language);
    const known = this.known.get(key);
    if (known) return known;
    const lines = this.ask(code, language).then((answer) => {
      this.done.set(key, answer);
      return answer;
    });
    this.known.set(key, lines);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT && oldest !== undefined) {
      this.known.delete(oldest);
      this.done.delete(oldest);
    }
    return lines;
  }

  private ask(code: string, language: Language): Promise<Lines> {
    const id = ++this.count;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.started().postMessage({ id, code, language } satisfies HighlightRequest);
    });
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<HighlightAnswer>) => this.settle(data.id, data.lines);
    // It could not be loaded: everything stays in one colour, until the next code.
    worker.onerror = () => {
      this.worker = null;
      for (const id of [...this.waiting.keys()]) this.settle(id, null);
    };
    return (this.worker = worker);
  }

  private settle(id: number, lines: Lines): void {
    this.waiting.get(id)?.(lines);
    this.waiting.delete(id);
  }
}

const keyOf = (code: string, language: Language): string => `${language}\n${code}`;

export const highlighter = new Highlighter();
