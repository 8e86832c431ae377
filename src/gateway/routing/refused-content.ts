import { Injectable } from '@nestjs/common';
import { JsonObject } from '../wire/json';
import { ResponsesRequest, withInput } from '../wire/responses-request';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import {
  digestOf,
  earlierItems,
  LeftOut,
  newestMessage,
  pictureDigests,
  unansweredItems,
  withoutRefused,
} from './refused-items';

interface ThreadMemory extends LeftOut {
  /** The backend that has last answered the thread. */
  answeredBy: string | undefined;
  /** Requests that were refused since then. */
  refusals: number;
}

/** A request that may be taken where the one before was refused, and what it leaves out. */
export interface SecondTry {
  readonly request: ResponsesRequest;
  /** It was taken: what it left out stays out. */
  readonly taken: () => void;
}

const MAX_THREADS = 10_000;
/** Failures that may be about what a request says; words alone do not always tell. */
const ABOUT_CONTENT: readonly UpstreamErrorCode[] = [
  ...(['image_not_accepted', 'content_filter', 'invalid_history', 'upstream_error'] as const),
];
const REFUSED: readonly (number | undefined)[] = [400, 413, 415, 422];

/**
 * What providers have refused of each codex thread, so that it does not go out again: codex keeps it in the thread, and
 * would have every later message refused.
 */
@Injectable()
export class RefusedContent {
  private readonly byThread = new Map<string, ThreadMemory>();

  /** The request without what was refused before. */
  leaveOut(threadId: string | undefined, request: ResponsesRequest): ResponsesRequest {
    const memory = threadId === undefined ? undefined : this.byThread.get(threadId);
    if (memory === undefined || memory.pictures.size + memory.texts.size + memory.items.size === 0) return request;
    return withInput(request, withoutRefused(request.input, memory));
  }

  answered(threadId: string | undefined, backendId: string): void {
    if (threadId === undefined) return;
    const memory = this.memoryOf(threadId);
    memory.answeredBy = backendId;
    memory.refusals = 0;
  }

  /**
   * What to ask instead at once, where the reason for a refusal may be older than the newest message: a picture that the
   * agent has looked at or another model has seen, or words that another model has taken.
   */
  secondTry(
    threadId: string | undefined,
    backendId: string,
    request: ResponsesRequest,
    error: UpstreamError,
  ): SecondTry | undefined {
    if (threadId === undefined || !isAboutContent(error)) return undefined;
    const memory = this.memoryOf(threadId);
    const { input } = request;
    if (error.code === 'image_not_accepted') {
      const older = pictureDigests(input.filter((_, index) => index !== newestMessage(input)));
      if (older.length === 0 || pictureDigests(input).length > older.length) return undefined;
      return second(request, memory, { ...nothing(), pictures: new Set(older) });
    }
    const earlier = earlierItems(input);
    const isKnown = memory.answeredBy === backendId && memory.refusals === 0;
    if (isKnown || earlier.length === 0) return undefined;
    return second(request, memory, { ...nothing(), items: new Set(earlier.map(digestOf)) });
  }

  /** The request was refused, so that its turn fails. @returns whether something will be left out. */
  refused(threadId: string | undefined, request: ResponsesRequest, error: UpstreamError): boolean {
    if (threadId === undefined) return false;
    if (error.code === 'context_length_exceeded') return this.tooLong(threadId, request);
    if (!isAboutContent(error)) return false;
    const memory = this.memoryOf(threadId);
    memory.refusals++;
    const { input } = request;
    const pictures = error.code === 'image_not_accepted' ? pictureDigests(input) : [];
    const unanswered = pictures.length > 0 ? [] : unansweredItems(input).map(digestOf);
    for (const digest of pictures) memory.pictures.add(digest);
    for (const digest of unanswered) memory.texts.add(digest);
    return pictures.length + unanswered.length > 0;
  }

  /** What fills a good part of the context by itself would fill it again when codex comes to sum up; the rest it can. */
  private tooLong(threadId: string, { input }: ResponsesRequest): boolean {
    const most = sizeOf(input) * LARGE_SHARE;
    const unanswered = unansweredItems(input);
    const isLarge = sizeOf(unanswered) > most;
    const { texts } = this.memoryOf(threadId);
    if (isLarge) for (const item of unanswered) texts.add(digestOf(item));
    return isLarge;
  }

  private memoryOf(threadId: string): ThreadMemory {
    const memory = this.byThread.get(threadId) ?? { ...nothing(), answeredBy: undefined, refusals: 0 };
    this.byThread.delete(threadId);
    this.byThread.set(threadId, memory);
    const [oldest] = this.byThread.keys();
    if (this.byThread.size > MAX_THREADS && oldest !== undefined) this.byThread.delete(oldest);
    return memory;
  }
}

/** Share of a request from which on what is new in it is to blame for its length. */
const LARGE_SHARE = 0.25;

const sizeOf = (items: readonly JsonObject[]): number => JSON.stringify(items).length;

const nothing = (): LeftOut => ({ pictures: new Set(), texts: new Set(), items: new Set() });

const isAboutContent = ({ code, status, retryable }: UpstreamError): boolean =>
  !retryable && ABOUT_CONTENT.includes(code) && (REFUSED.includes(status) || code === 'content_filter');

function second(request: ResponsesRequest, memory: ThreadMemory, leftOut: LeftOut): SecondTry {
  const input: readonly JsonObject[] = withoutRefused(request.input, leftOut);
  return {
    request: withInput(request, input),
    taken: () => {
      for (const digest of leftOut.pictures) memory.pictures.add(digest);
      for (const digest of leftOut.items) memory.items.add(digest);
    },
  };
}
