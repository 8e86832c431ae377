const HIGH_END = /[\ud800-\udbff]$/;

/**
 * A text that comes in pieces, each of which can be sent on: half a character at the end of one waits for the next, and a
 * half that stays alone becomes U+FFFD. Clients that decode strictly would refuse the whole answer.
 */
export class TextPieces {
  private half = '';

  /** Whether half a character waits. */
  get isHolding(): boolean {
    return this.half !== '';
  }

  /** What can be sent now. */
  push(piece: string): string {
    if (piece === '') return '';
    const text = this.half + piece;
    this.half = HIGH_END.exec(text)?.[0] ?? '';
    const ready = this.half === '' ? text : text.slice(0, -1);
    return ready.isWellFormed() ? ready : ready.toWellFormed();
  }

  /** What waited for a piece that does not come. */
  end(): string {
    const { half } = this;
    this.half = '';
    return half.toWellFormed();
  }
}

/** A JSON value with whole characters in all its texts. */
export function withWholeCharacters(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(withWholeCharacters);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withWholeCharacters(each)]));
}
