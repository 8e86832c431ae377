import { frameFor, frameObject, SseFrame } from '../wire/sse-frames';
import { TextPieces, withWholeCharacters } from '../wire/text-pieces';
import { isObject, JsonObject } from '../wire/json';

/** In bytes, half a character as JSON writes it. */
const HALF = /\\u[dD][89a-fA-F]/;
const ESCAPE = '\\u';
/** What says which text a delta belongs to. */
const POSITION = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'];

/** Whole characters in a provider's own events: half of one at the end of a delta waits for the next delta of its text. */
export class NativeCharacters {
  private readonly texts = new Map<string, TextPieces>();

  /** The same frame where there is nothing to do. */
  whole(frame: SseFrame): SseFrame {
    if (this.texts.size === 0 && !(frame.bytes.includes(ESCAPE) && HALF.test(frame.bytes.toString('latin1'))))
      return frame;
    const event = frameObject(frame);
    if (event === undefined) return frame;
    const whole = typeof event.delta === 'string' ? this.wholeDelta(event, event.delta) : withWholeCharacters(event);
    return isObject(whole) ? frameFor(frame.type, JSON.stringify(whole)) : frame;
  }

  private wholeDelta(event: JsonObject, given: string): JsonObject {
    const key = POSITION.map((name) => String(event[name])).join(' ');
    const text = this.texts.get(key) ?? new TextPieces();
    const delta = text.push(given);
    if (text.isHolding) this.texts.set(key, text);
    else this.texts.delete(key);
    return { ...event, delta };
  }
}
