import { parseCalls } from './call-deltas';
import { ChoiceRepair } from './choice-repair';
import { endedWith } from './finish-reason';
import { isObject, JsonObject, objectsOf, without } from './json';
import { errorIn } from './provider-answer';
import { frameData, SseFrame } from './sse-frames';
import { upstreamErrorInBody, upstreamErrorOf } from './upstream-failure';
import { UpstreamError } from './upstream.error';
import { CallTokens, tokensOfCompletion, usualUsage } from './usage';

/** Who reads the chunks. */
export interface ChunkReader {
  /** The AI SDK, whose providers want a choice in each chunk; else a client that takes what OpenAI sends. */
  readonly isSdk: boolean;
  /** Leaves out chunks that hold nothing but the usage. */
  readonly dropsUsage?: boolean;
}

/** A chunk of the first choice that says something and ends nothing: by far the most are. Read as latin1. */
const PLAIN = /^data: ?\{.*"choices": ?\[\{.*"delta": ?\{"/;
const UNUSUAL =
  /"(?:error|tool_calls|function_call|detail|message|text)" ?:|"content" ?: ?[^"n]|"usage" ?: ?\{|"finish_reason" ?: ?"|"object" ?: ?"error|"index" ?: ?[^0]|\\u[dD][89a-fA-F]|"delta" ?: ?\{\}/;

const MAX_WORDS_LENGTH = 500;

/**
 * A provider's stream of completion chunks as OpenAI documents it, whatever the server makes of that: what says nothing is
 * left out, calls and reasons have their usual form, an error is thrown, and the end is told from a cut.
 *
 * An answer has ended where each choice has a reason that is a word, or at `[DONE]`. Chunks of the usual form go through
 * as they came, after two searches.
 */
export class CompletionChunks {
  private readonly choices = new Map<number, ChoiceRepair>();
  private head: JsonObject = {};
  private counted: CallTokens | undefined;
  private done = false;
  /** Text of events that are no JSON: a server's last words may be among them. */
  private words = '';

  constructor(private readonly reader: ChunkReader) {}

  /** The tokens as far as the provider told them. */
  get usage(): CallTokens | undefined {
    return this.counted;
  }

  /** Whether the mark of the end has come. */
  get isDone(): boolean {
    return this.done;
  }

  /** The events to pass on for this one. @throws UpstreamError that the provider put into its stream. */
  push(frame: SseFrame): SseFrame[] {
    if (this.done) return [];
    if (frame.type === '' && this.isPlain(frame)) return [frame];
    if (!frame.bytes.includes('data')) return [frame];
    const data = frameData(frame).trim();
    if (data === '') return [];
    if (data === '[DONE]') return this.finish(DONE);
    return this.read(frame, data);
  }

  /** Called when the stream has ended. @throws UpstreamError for an answer that has not. */
  end(): void {
    if (this.done) return;
    const all = [...this.choices.values()];
    if (all.length === 0 || all.some(({ finishReason }) => finishReason === undefined)) throw this.cutOff();
  }

  private isPlain({ bytes }: SseFrame): boolean {
    const first = this.choices.get(0);
    if (first === undefined || !first.isPlain) return false;
    const text = bytes.toString('latin1');
    return PLAIN.test(text) && !UNUSUAL.test(text);
  }

  private read(frame: SseFrame, data: string): SseFrame[] {
    const value = parseCalls(data);
    if (frame.type === 'error') throw this.failure(value ?? data);
    if (value === undefined && !/^[{[]["{]/.test(data)) {
      this.words = (this.words + ' ' + data).slice(0, MAX_WORDS_LENGTH);
      return [];
    }
    if (value === undefined) throw new UpstreamError('upstream_error', 'sent an event that is no JSON', RETRYABLE);
    const error = errorIn(value);
    if (error !== undefined) throw this.failure(error);
    return isObject(value) ? this.readChunk(frame, value) : [];
  }

  private readChunk(frame: SseFrame, sent: JsonObject): SseFrame[] {
    const chunk = withUsualUsage(sent, this.reader.isSdk);
    const usage = usageIn(chunk);
    this.counted = tokensOfCompletion(usage) ?? this.counted;
    const given = objectsOf(chunk.choices);
    if (given.length === 0) return this.withoutChoice(chunk === sent ? frame : frameOf(chunk), chunk, usage);
    this.head = without(chunk, 'choices', 'usage', 'x_groq');
    const choices = given.map((choice) => this.repaired(choice));
    const isUsual = frame.type === '' && chunk === sent && choices.every((choice, at) => choice === given[at]);
    return isUsual ? [frame] : [frameOf({ ...chunk, choices })];
  }

  private repaired(choice: JsonObject): JsonObject {
    const index = typeof choice.index === 'number' ? choice.index : 0;
    const known = this.choices.get(index) ?? new ChoiceRepair(!this.reader.isSdk);
    this.choices.set(index, known);
    const repaired = known.push(choice);
    if (known.finishReason === 'failed') throw this.failedChoice(choice);
    return repaired.index === index ? repaired : { ...repaired, index };
  }

  /** The usage, or something about the request that says nothing of the answer. */
  private withoutChoice(frame: SseFrame, chunk: JsonObject, usage: unknown): SseFrame[] {
    const isUsual = Array.isArray(chunk.choices) && frame.type === '';
    if (!isObject(usage)) return isUsual && !this.reader.isSdk ? [frame] : [];
    if (this.reader.isSdk) return [frameOf({ ...chunk, usage, choices: [NO_WORD] })];
    if (this.reader.dropsUsage) return [];
    return isUsual ? [frame] : [frameOf({ ...this.head, ...chunk, choices: [] })];
  }

  /** Ends the choices that have no reason yet. @throws UpstreamError where there was none, or half a call. */
  private finish(mark: SseFrame): SseFrame[] {
    if (this.choices.size === 0) throw this.cutOff();
    const open = [...this.choices].filter(([, { finishReason }]) => finishReason === undefined);
    if (open.some(([, choice]) => !choice.isWhole)) throw this.cutOff();
    this.done = true;
    const ends = open.map(([index, choice]) => frameOf({ ...this.head, choices: [{ index, ...choice.finish() }] }));
    return [...ends, mark];
  }

  /** OpenRouter tells the error in the choice that it ended. */
  private failedChoice({ error, finish_reason: reason }: JsonObject): UpstreamError {
    return this.failure(
      isObject(error) ? error : { message: reason === 'error' ? 'no reason given' : endedWith(reason) },
    );
  }

  private failure(error: unknown): UpstreamError {
    const body = isObject(error) ? error : { message: error };
    const failure = this.choices.size === 0 ? upstreamErrorInBody(body) : upstreamErrorOf(body);
    return failure.withTokens(this.counted);
  }

  private cutOff(): UpstreamError {
    const words = this.words.trim();
    const failure = words === '' ? UpstreamError.cutOff() : upstreamErrorOf({ message: words });
    return failure.withTokens(this.counted);
  }
}

/** A choice that says nothing. */
const NO_WORD = { index: 0, delta: {}, finish_reason: null };
const RETRYABLE = { retryable: true };
/** The mark of the end as all readers know it. */
const DONE: SseFrame = { bytes: Buffer.from('data: [DONE]\n\n'), type: '' };

const frameOf = (chunk: JsonObject): SseFrame => ({
  bytes: Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`),
  type: '',
});

/** @param isSdk whether the AI SDK reads it, whose part for Groq looks for the usage in Groq's place alone */
function withUsualUsage(chunk: JsonObject, isSdk: boolean): JsonObject {
  if (!isObject(chunk.usage)) return chunk;
  const usage = usualUsage(chunk.usage);
  if (isSdk && !isObject(chunk.x_groq)) return { ...chunk, usage, x_groq: { usage } };
  return usage === chunk.usage ? chunk : { ...chunk, usage };
}

/** Groq has its own place for it. */
function usageIn({ usage, x_groq: groq }: JsonObject): unknown {
  return isObject(usage) ? usage : isObject(groq) ? groq.usage : undefined;
}
