import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { tooLongArguments } from '../../wire/call-deltas';
import { CALL_LIMITS } from '../../wire/call-limits';
import { TextPieces } from '../../wire/text-pieces';
import { TextOrThought, ThoughtText } from '../../wire/thought-text';

type Part = LanguageModelV4StreamPart;
type TextPart = Extract<Part, { type: 'text-start' | 'text-delta' | 'text-end' }>;

const KEY = 'codexRelay';

/** Metadata of reasoning that stood in the text of an answer: the model wants none of it back. */
const OF_TEXT: SharedV4ProviderMetadata = { [KEY]: { stoodInText: true } };

/** Whether reasoning stood in the text of an answer. */
export const stoodInText = (metadata: SharedV4ProviderMetadata | undefined): boolean =>
  metadata?.[KEY]?.stoodInText === true;

/**
 * The parts of an answer with whole characters in each, thoughts that stand in the text as reasoning, and arguments of a
 * length that a call can have.
 */
export class AnswerParts {
  private readonly texts = new Map<string, TextWithThoughts>();
  private readonly characters = new Map<string, TextPieces>();
  private readonly lengths = new Map<string, number>();

  /** @param thinksInText whether the model may have written its thoughts into the text. */
  constructor(private readonly thinksInText: boolean) {}

  /** @throws UpstreamError for arguments that are too long. */
  push(part: Part): readonly Part[] {
    switch (part.type) {
      case 'text-start':
      case 'text-delta':
      case 'text-end':
        return this.thinksInText
          ? this.textOf(part.id)
              .push(part)
              .flatMap((each) => this.whole(each))
          : this.whole(part);
      case 'tool-call':
        return [part.input.isWellFormed() ? part : { ...part, input: part.input.toWellFormed() }];
      default:
        return this.whole(part);
    }
  }

  private textOf(id: string): TextWithThoughts {
    const known = this.texts.get(id) ?? new TextWithThoughts(id);
    this.texts.set(id, known);
    return known;
  }

  private whole(part: Part): readonly Part[] {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-input-delta': {
        if (part.type === 'tool-input-delta') this.count(part.id, part.delta.length);
        const delta = this.piecesOf(part).push(part.delta);
        return [delta === part.delta ? part : { ...part, delta }];
      }
      case 'text-end':
      case 'reasoning-end':
      case 'tool-input-end': {
        const delta = this.piecesOf(part).end();
        this.characters.delete(keyOf(part));
        return delta === '' ? [part] : [deltaOf(part, delta), part];
      }
      default:
        return [part];
    }
  }

  private piecesOf(part: { readonly type: Part['type']; readonly id: string }): TextPieces {
    const key = keyOf(part);
    const known = this.characters.get(key) ?? new TextPieces();
    this.characters.set(key, known);
    return known;
  }

  private count(id: string, length: number): void {
    const all = (this.lengths.get(id) ?? 0) + length;
    this.lengths.set(id, all);
    if (all > CALL_LIMITS.arguments) throw tooLongArguments();
  }
}

/** Text and reasoning may have the same id. */
const keyOf = ({ type, id }: { readonly type: Part['type']; readonly id: string }): string =>
  `${type.slice(0, type.lastIndexOf('-'))} ${id}`;

function deltaOf(
  { type, id }: Extract<Part, { type: 'text-end' | 'reasoning-end' | 'tool-input-end' }>,
  delta: string,
): Part {
  if (type === 'text-end') return { type: 'text-delta', id, delta };
  return type === 'reasoning-end' ? { type: 'reasoning-delta', id, delta } : { type: 'tool-input-delta', id, delta };
}

/** One text of an answer and the thoughts before it, each with a beginning and an end of its own. */
class TextWithThoughts {
  private readonly thoughts = new ThoughtText();
  private readonly thoughtId: string;
  private start: TextPart | undefined;
  private isThinking = false;
  private hadThoughts = false;
  private hasText = false;

  constructor(private readonly id: string) {
    this.thoughtId = `${id}-thoughts`;
  }

  push(part: TextPart): readonly Part[] {
    if (part.type === 'text-start') {
      this.start = part;
      return [];
    }
    if (part.type === 'text-delta') {
      if (this.hasText && this.thoughts.isPlain) return [part];
      return this.thoughts.push(part.delta).flatMap((piece) => this.partsOf(piece, part));
    }
    const rest = this.thoughts.end().flatMap((piece) => this.partsOf(piece));
    const ends = [...rest, ...this.endThoughts()];
    return this.hasText || !this.hadThoughts ? [...ends, ...this.begin(), part] : ends;
  }

  private partsOf({ kind, text }: TextOrThought, of?: Extract<TextPart, { type: 'text-delta' }>): Part[] {
    if (kind === 'text') {
      return [...this.endThoughts(), ...this.begin(), { ...of, type: 'text-delta', id: this.id, delta: text }];
    }
    const delta: Part = { type: 'reasoning-delta', id: this.thoughtId, delta: text };
    if (this.isThinking) return [delta];
    this.isThinking = true;
    this.hadThoughts = true;
    return [{ type: 'reasoning-start', id: this.thoughtId, providerMetadata: OF_TEXT }, delta];
  }

  /** The text begins only when there is some: an empty message before the thoughts would be one. */
  private begin(): Part[] {
    if (this.hasText) return [];
    this.hasText = true;
    return [this.start ?? { type: 'text-start', id: this.id }];
  }

  private endThoughts(): Part[] {
    if (!this.isThinking) return [];
    this.isThinking = false;
    return [{ type: 'reasoning-end', id: this.thoughtId }];
  }
}
