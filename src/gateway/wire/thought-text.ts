const OPENING = '<think>';
const CLOSING = '</think>';

/** A piece of an answer's text, or of the thoughts before it. */
export interface TextOrThought {
  readonly kind: 'text' | 'thought';
  readonly text: string;
}

/**
 * Tells the thoughts that local models write at the beginning of their text, between `<think>` and `</think>`, from the text
 * itself, wherever the pieces are cut. The words in the middle of a text are text.
 */
export class ThoughtText {
  private state: 'beginning' | 'thinking' | 'ended' | 'text' = 'beginning';
  /** What may be the beginning of a mark. */
  private held = '';

  /** Whether all that follows is text, piece by piece. */
  get isPlain(): boolean {
    return this.state === 'text';
  }

  push(piece: string): TextOrThought[] {
    if (this.state === 'text') return [{ kind: 'text', text: piece }];
    const all = this.held + piece;
    this.held = '';
    return this.read(all).filter(({ text }) => text !== '');
  }

  /** What was held back, when no more comes. */
  end(): TextOrThought[] {
    const { held } = this;
    this.held = '';
    if (held === '') return [];
    return [{ kind: this.state === 'thinking' ? 'thought' : 'text', text: held }];
  }

  private read(all: string): TextOrThought[] {
    if (this.state === 'beginning') return this.readBeginning(all);
    return this.state === 'thinking' ? this.readThought(all) : this.readText(all);
  }

  private readBeginning(all: string): TextOrThought[] {
    const begun = all.trimStart();
    if (begun.startsWith(OPENING)) {
      this.state = 'thinking';
      return this.readThought(begun.slice(OPENING.length).trimStart());
    }
    if (OPENING.startsWith(begun)) return this.hold(all);
    this.state = 'text';
    return [{ kind: 'text', text: all }];
  }

  private readThought(all: string): TextOrThought[] {
    const end = all.indexOf(CLOSING);
    if (end >= 0) {
      this.state = 'ended';
      const thought = { kind: 'thought', text: all.slice(0, end).trimEnd() } as const;
      return [thought, ...this.readText(all.slice(end + CLOSING.length))];
    }
    const from = startOfMark(all);
    this.held = all.slice(from);
    return [{ kind: 'thought', text: all.slice(0, from) }];
  }

  /** The blank lines behind thoughts are none of the text. */
  private readText(all: string): TextOrThought[] {
    const text = all.trimStart();
    if (text !== '') this.state = 'text';
    return [{ kind: 'text', text }];
  }

  private hold(text: string): TextOrThought[] {
    this.held = text;
    return [];
  }
}

/** Where the closing mark may begin at the end of a text, or the blanks before it. */
function startOfMark(text: string): number {
  const blank = text.trimEnd();
  for (let length = Math.min(CLOSING.length - 1, blank.length); length > 0; length--) {
    if (CLOSING.startsWith(blank.slice(-length))) return blank.slice(0, -length).trimEnd().length;
  }
  return blank.length;
}
