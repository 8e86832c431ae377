import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';

type Part = LanguageModelV4StreamPart;

const NO_OUTPUT = new Set<Part['type']>(['stream-start', 'response-metadata', 'ping', 'raw']);
const ENDS_ITEM = new Set<Part['type']>(['text-end', 'reasoning-end', 'tool-input-end', 'tool-call']);

/** Whether a part is something of the answer, which cannot be taken back once it is sent on. */
export const isOutput = ({ type }: Part): boolean => !NO_OUTPUT.has(type);

/**
 * The parts of one attempt at a model's answer.
 *
 * @throws UpstreamError; the signal's reason when it is aborted.
 */
export async function* languageModelStream(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  try {
    const { stream } = await model.doStream({ ...options, abortSignal: signal });
    yield* completeItems(stream);
  } catch (error) {
    signal.throwIfAborted();
    throw upstreamErrorOf(error);
  }
}

/**
 * Buffers the end of an item until something good follows. When a stream is cut off the AI SDK ends the open
 * items before it says so; passed on, half a message would count as a complete one and half a call would be run.
 */
async function* completeItems(stream: ReadableStream<Part>): AsyncGenerator<Part> {
  let buffered: Part[] = [];
  let hasCalls = false;
  for await (const part of stream) {
    if (part.type === 'error') throw upstreamErrorOf(part.error);
    hasCalls ||= part.type === 'tool-call';
    if (part.type === 'finish') checkEnd(part.finishReason, hasCalls);
    if (ENDS_ITEM.has(part.type)) {
      buffered.push(part);
      continue;
    }
    if (buffered.length > 0) {
      yield* part.type === 'finish' && part.finishReason.unified === 'length' ? buffered.filter(isCall) : buffered;
      buffered = [];
    }
    yield part;
  }
}

/** At its longest length an answer has not ended its text, but stopped in it: the encoder closes it as incomplete. */
const isCall = ({ type }: Part): boolean => type === 'tool-call' || type === 'tool-input-end';

/** The AI SDK leaves out calls that have no name; an answer that consists of them would end the turn without a word. */
function checkEnd(reason: LanguageModelV4FinishReason, hasCalls: boolean): void {
  if (brokeOff(reason)) throw UpstreamError.cutOff();
  if (reason.unified !== 'tool-calls' || hasCalls) return;
  throw new UpstreamError('upstream_error', 'called a tool without saying which', { retryable: true });
}

/** Some of the AI SDK's providers finish whatever ends, also an empty body; then the model itself gave no reason. */
const brokeOff = ({ unified, raw }: LanguageModelV4FinishReason): boolean =>
  unified === 'error' || unified === 'interrupted' || raw === undefined;
