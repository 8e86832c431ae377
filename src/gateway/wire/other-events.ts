import { isObject, JsonObject, numberOf } from './json';
import { errorIn } from './provider-answer';
import { frameObject, SseFrame } from './sse-frames';
import { upstreamErrorOf } from './upstream-failure';
import { CallTokens, tokensOfResponse } from './usage';

const USAGE = '"usage';
const ERROR = '"error"';

/**
 * Watches a stream in a protocol of its own, which the AI SDK reads: for an error in it, which not every provider's part of
 * the SDK knows, and for the tokens of an attempt that will fail.
 */
export class OtherEvents {
  /** The first event with a count, and the last. */
  private first: SseFrame | undefined;
  private last: SseFrame | undefined;

  /** The tokens as far as the provider told them. */
  get usage(): CallTokens | undefined {
    const [first, last] = [this.first, this.last].map((frame) => tokensIn(frame && frameObject(frame)));
    if (first === undefined || last === undefined) return first ?? last;
    return {
      input: Math.max(first.input, last.input),
      cached: Math.max(first.cached, last.cached),
      output: Math.max(first.output, last.output),
      reasoning: Math.max(first.reasoning, last.reasoning),
    };
  }

  /** @throws UpstreamError that the provider put into its stream. */
  push(frame: SseFrame): void {
    if (frame.bytes.includes(ERROR)) {
      const error = errorIn(frameObject(frame));
      if (error !== undefined) throw upstreamErrorOf(isObject(error) ? error : { message: error });
    }
    if (!frame.bytes.includes(USAGE)) return;
    this.first ??= frame;
    this.last = frame;
  }
}

/** Of an event of Anthropic's, Google's or the Responses API. */
function tokensIn(event: JsonObject | undefined): CallTokens | undefined {
  if (event === undefined) return undefined;
  const { usageMetadata: google } = event;
  if (isObject(google)) {
    const thoughts = numberOf(google.thoughtsTokenCount) ?? 0;
    return {
      input: numberOf(google.promptTokenCount) ?? 0,
      cached: numberOf(google.cachedContentTokenCount) ?? 0,
      output: (numberOf(google.candidatesTokenCount) ?? 0) + thoughts,
      reasoning: thoughts,
    };
  }
  const of = [event, event.message, event.response].map((each) => isObject(each) && each.usage).find(isObject);
  if (of === undefined) return undefined;
  const tokens = tokensOfResponse(of);
  const cached = numberOf(of.cache_read_input_tokens) ?? 0;
  const written = numberOf(of.cache_creation_input_tokens) ?? 0;
  return tokens && { ...tokens, input: tokens.input + cached + written, cached: tokens.cached + cached };
}
