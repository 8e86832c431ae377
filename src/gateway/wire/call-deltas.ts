import { newId } from '../../common/ids';
import { CALL_LIMITS } from './call-limits';
import { parseExactly } from './exact-json';
import { isObject, JsonObject, parseJson, textOf, without } from './json';
import { TextPieces } from './text-pieces';
import { UpstreamError } from './upstream.error';

interface OpenCall {
  readonly index: number;
  id: string;
  name: string;
  /** Of the arguments so far. */
  readonly pieces: string[];
  length: number;
  readonly characters: TextPieces;
  /** Whether the client has the call's name, so that more of its arguments can follow. */
  begun: boolean;
}

/**
 * The deltas of one answer's function calls in the one form that all clients read: an index, with the first delta id, type and
 * name, and arguments that are text. Servers leave out each of these, send the name late, all calls under one index, or
 * arguments as an object.
 */
export class CallDeltas {
  private readonly calls: OpenCall[] = [];
  /** The call that a provider's index last stood for. */
  private readonly byIndex = new Map<number, OpenCall>();

  get count(): number {
    return this.calls.length;
  }

  /** Whether the arguments of each call are a whole value. */
  get areWhole(): boolean {
    return this.calls.every(({ pieces }) => parseJson(pieces.join('')) !== undefined);
  }

  /**
   * The delta as it is where it has the usual form; nothing while a call has no name yet.
   *
   * @throws UpstreamError for arguments that are too long.
   */
  push(delta: JsonObject): JsonObject[] {
    if ('custom' in delta || delta.type === 'custom') return [delta];
    const of = isObject(delta.function) ? delta.function : {};
    const name = textOf(of.name)?.trim() ?? '';
    const call = this.callOf(delta, name, of.arguments);
    call.id ||= textOf(delta.id) ?? '';
    call.name ||= name;
    const piece = this.add(call, of.arguments);
    if (call.begun) return isUsualMore(delta, of, call, piece) ? [delta] : [moreOf(delta, call, piece)];
    if (call.name === '') return [];
    call.begun = true;
    if (isUsualFirst(delta, of, call, piece)) return [delta];
    return [firstOf(delta, call)];
  }

  private add(call: OpenCall, value: unknown): string {
    const text = typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
    const piece = call.characters.push(text);
    call.length += piece.length;
    if (call.length > CALL_LIMITS.arguments) throw tooLongArguments();
    if (piece !== '') call.pieces.push(piece);
    return piece;
  }

  private callOf(delta: JsonObject, name: string, value: unknown): OpenCall {
    const id = textOf(delta.id) ?? '';
    const index = indexOf(delta.index);
    const known = index === undefined ? this.withoutIndex(id, name) : this.byIndex.get(index);
    const isOther = known !== undefined && isOtherCall(known, id, name, value);
    const call = known === undefined || isOther ? this.open(index) : known;
    if (index !== undefined) this.byIndex.set(index, call);
    return call;
  }

  /** The call of that id; without an id the last one, unless a name begins another. */
  private withoutIndex(id: string, name: string): OpenCall | undefined {
    if (id !== '') return this.calls.find((call) => call.id === id);
    const last = this.calls.at(-1);
    return last !== undefined && name !== '' && last.begun && last.pieces.length > 0 ? undefined : last;
  }

  private open(wanted: number | undefined): OpenCall {
    const taken = new Set(this.calls.map((call) => call.index));
    let index = wanted ?? this.calls.length;
    while (taken.has(index)) index++;
    const call = { index, id: '', name: '', pieces: [], length: 0, characters: new TextPieces(), begun: false };
    this.calls.push(call);
    return call;
  }
}

export const tooLongArguments = (): UpstreamError =>
  new UpstreamError('upstream_error', 'sent arguments of a call that do not end');

/** Whether a delta under an index that is known begins another call: some servers give all of them the index 0. */
const isOtherCall = (known: OpenCall, id: string, name: string, value: unknown): boolean =>
  id !== '' && known.id !== '' && id !== known.id && name !== '' && value !== undefined;

function indexOf(value: unknown): number | undefined {
  const index = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : undefined;
}

const isUsualFirst = (delta: JsonObject, of: JsonObject, call: OpenCall, piece: string): boolean =>
  delta.index === call.index &&
  delta.id === call.id &&
  call.id !== '' &&
  delta.type === 'function' &&
  of.name === call.name &&
  of.arguments === piece &&
  call.length === piece.length;

const isUsualMore = (delta: JsonObject, of: JsonObject, call: OpenCall, piece: string): boolean =>
  delta.index === call.index && of.arguments === piece && of.name == null && (delta.id == null || delta.id === call.id);

function firstOf(delta: JsonObject, call: OpenCall): JsonObject {
  call.id ||= `call_${newId().replaceAll('-', '')}`;
  const { index, id, name, pieces } = call;
  return { ...delta, index, id, type: 'function', function: { name, arguments: pieces.join('') } };
}

const moreOf = (delta: JsonObject, { index }: OpenCall, piece: string): JsonObject => ({
  ...without(delta, 'id', 'type'),
  index,
  function: { arguments: piece },
});

/** The calls of a whole message with arguments that are text. */
export const callsWithText = (calls: readonly JsonObject[]): JsonObject[] =>
  calls.map((call) => {
    if (!isObject(call.function) || typeof call.function.arguments === 'string') return call;
    const { arguments: value } = call.function;
    return { ...call, function: { ...call.function, arguments: value == null ? '{}' : JSON.stringify(value) } };
  });

/** Bytes of a message in which arguments are an object. */
export const ARGUMENT_OBJECT = /"arguments"\s*:\s*[{[]/;

/** JSON in which arguments may be an object, whose numbers keep their digits. */
export const parseCalls = (json: string): unknown =>
  ARGUMENT_OBJECT.test(json) ? parseExactly(json) : parseJson(json);
