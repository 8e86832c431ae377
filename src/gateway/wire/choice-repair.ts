import { CallDeltas } from './call-deltas';
import { usualReason } from './finish-reason';
import { isObject, JsonObject, objectsOf, textOf, without } from './json';
import { TextPieces } from './text-pieces';
import { TextOrThought, ThoughtText } from './thought-text';
import { usualMessage } from './usual-message';

/** Names that vendors have for a model's thoughts in a delta. */
const THOUGHTS = ['reasoning_content', 'reasoning'];

/** One choice of a streamed completion: its deltas in the usual form, and whether it has ended. */
export class ChoiceRepair {
  private readonly calls = new CallDeltas();
  private readonly thoughts = new ThoughtText();
  private readonly content = new TextPieces();
  private readonly reasoning = new TextPieces();
  private reason: string | undefined;

  /** @param repairsTexts whether half characters and thoughts in the text are seen to here */
  constructor(private readonly repairsTexts: boolean) {}

  /** Why it ended; undefined until it has. */
  get finishReason(): string | undefined {
    return this.reason;
  }

  /** Whether text can go through as it is. */
  get isPlain(): boolean {
    if (!this.repairsTexts) return true;
    return this.thoughts.isPlain && !this.content.isHolding && !this.reasoning.isHolding;
  }

  /** Whether nothing in it is cut in the middle. */
  get isWhole(): boolean {
    return this.calls.areWhole;
  }

  /** The same object where it has the usual form. @throws UpstreamError for arguments that are too long. */
  push(choice: JsonObject): JsonObject {
    const { finish_reason: given, delta: sent = choice.message ?? textDelta(choice) } = choice;
    const word = textOf(given)?.trim() ?? '';
    const isEnd = word !== '' && word !== 'null';
    const reason = usualReason(word);
    if (isEnd) this.reason = reason;
    const delta = this.deltaOf(isObject(sent) ? usualMessage(sent, this.repairsTexts) : {}, isEnd);
    const finish_reason = isEnd ? reason : null;
    const isUsual = delta === choice.delta && (finish_reason === given || given === undefined);
    return isUsual && !('message' in choice) ? choice : { ...without(choice, 'message'), delta, finish_reason };
  }

  /** The end of a choice that the provider gave no reason for, with what was held back of it. */
  finish(): JsonObject {
    this.reason = this.calls.count > 0 ? 'tool_calls' : 'stop';
    return { delta: this.deltaOf({}, true), finish_reason: this.reason };
  }

  private deltaOf(delta: JsonObject, isEnd: boolean): JsonObject {
    const withCalls = this.withCalls(delta);
    return this.repairsTexts ? this.withTexts(withCalls, isEnd) : withCalls;
  }

  private withCalls(delta: JsonObject): JsonObject {
    const given = objectsOf(delta.tool_calls);
    if (given.length === 0) return delta;
    const calls = given.flatMap((call) => this.calls.push(call));
    if (calls.length === given.length && calls.every((call, at) => call === given[at])) return delta;
    const others = without(delta, 'tool_calls');
    return calls.length === 0 ? others : { ...others, tool_calls: calls };
  }

  private withTexts(delta: JsonObject, isEnd: boolean): JsonObject {
    const field = THOUGHTS.find((name) => typeof delta[name] === 'string') ?? 'reasoning_content';
    const pieces = this.split(textOf(delta.content) ?? '', isEnd);
    const text = joined(pieces, 'text');
    const thought = (textOf(delta[field]) ?? '') + joined(pieces, 'thought');
    const content = this.content.push(text) + (isEnd ? this.content.end() : '');
    const reasoning = this.reasoning.push(thought) + (isEnd ? this.reasoning.end() : '');
    const isUsual = content === (textOf(delta.content) ?? '') && reasoning === (textOf(delta[field]) ?? '');
    if (isUsual) return delta;
    return { ...delta, content, ...(reasoning === '' ? {} : { [field]: reasoning }) };
  }

  private split(text: string, isEnd: boolean): TextOrThought[] {
    const pieces = text === '' ? [] : this.thoughts.push(text);
    return isEnd ? [...pieces, ...this.thoughts.end()] : pieces;
  }
}

/** The text of a server with the older completions API. */
const textDelta = ({ text }: JsonObject): JsonObject | undefined =>
  typeof text === 'string' ? { content: text } : undefined;

const joined = (pieces: readonly TextOrThought[], wanted: TextOrThought['kind']): string =>
  pieces.map(({ kind, text }) => (kind === wanted ? text : '')).join('');
