import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { upstreamErrorOf } from '../errors/upstream-failure';
import { UpstreamError } from '../errors/upstream.error';
import { waitForRetry } from './retry';

type Part = LanguageModelV4StreamPart;

const NO_OUTPUT = new Set<Part['type']>(['stream-start', 'response-metadata', 'ping', 'raw']);
const ENDS_ITEM = new Set<Part['type']>(['text-end', 'reasoning-end', 'tool-input-end', 'tool-call']);

/**
 * The parts of a model's answer. A request that fails before its first output is repeated; after that the parts
 * cannot be taken back, and the error is thrown.
 *
 * @throws UpstreamError; the signal's reason when it is aborted.
 */
export async function* languageModelStream(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  for (let attempt = 0; ; attempt++) {
    let started = false;
    try {
      const { stream } = await model.doStream({ ...options, abortSignal: signal });
      for await (const part of wholeItems(stream)) {
        started ||= !NO_OUTPUT.has(part.type);
        yield part;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (started) throw upstreamErrorOf(error);
      await waitForRetry(error, attempt, signal);
    }
  }
}

/**
 * Holds back the end of an item until something good follows. When a stream is cut off the AI SDK ends the open
 * items before it says so; passed on, half a message would count as a whole one and half a call would be run.
 */
async function* wholeItems(stream: ReadableStream<Part>): AsyncGenerator<Part> {
  let held: Part[] = [];
  for await (const part of stream) {
    if (part.type === 'error') throw upstreamErrorOf(part.error);
    if (part.type === 'finish' && isCutOff(part.finishReason.unified)) throw UpstreamError.cutOff();
    if (ENDS_ITEM.has(part.type)) {
      held.push(part);
      continue;
    }
    if (held.length > 0) {
      yield* held;
      held = [];
    }
    yield part;
  }
}

const isCutOff = (reason: string): boolean => reason === 'error' || reason === 'interrupted';
