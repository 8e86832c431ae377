import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../common/bounded-map';
import { ComponentLogger, Logger } from '../../common/logger';
import { OpenAiError } from '../wire/openai.error';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { Target } from './backend-router';

/** Why the last response of a thread failed, in the provider's words and without keys. */
export interface UpstreamFailure {
  readonly code: UpstreamErrorCode;
  readonly message: string;
}

const MAX_FAILURES = 10_000;

/**
 * Logs what backends did wrong, and keeps the last failure of each codex thread for whoever reports the end of its turn:
 * codex replaces some messages by its own and knows only a few kinds of error.
 */
@Injectable()
export class UpstreamFailures {
  private readonly byThread = new BoundedMap<string, UpstreamFailure>(MAX_FAILURES);
  private readonly logger: ComponentLogger;

  constructor(logger: Logger) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /** A call of the thread ended so. @returns what its client may be sent. */
  backendFailed({ backend, caller }: Target, error: UpstreamError): UpstreamFailure {
    const { code, status } = error;
    const [threadId] = caller.threadIds;
    const failure = { code, message: `Backend "${backend.id}" ${error.message}` };
    this.record(threadId, failure);
    // The cause's stack alone: the AI SDK's errors carry the whole request.
    const cause = error.cause instanceof Error ? error.cause.stack : undefined;
    this.logger.warn({ backend: backend.id, threadId, code, status, cause }, failure.message);
    return failure;
  }

  modelNotFound(threadId: string | undefined, message: string): void {
    this.record(threadId, { code: 'model_not_found', message });
  }

  clientLeft({ backend }: Target): void {
    this.logger.debug({ backend: backend.id }, 'the client left');
  }

  /** Called when the thread asks again. */
  clear(threadId: string | undefined): void {
    if (threadId !== undefined) this.byThread.delete(threadId);
  }

  /** The failure of the thread's last response, once. */
  take(threadId: string): UpstreamFailure | undefined {
    const failure = this.byThread.get(threadId);
    this.byThread.delete(threadId);
    return failure;
  }

  private record(threadId: string | undefined, failure: UpstreamFailure): void {
    if (threadId !== undefined) this.byThread.set(threadId, failure);
  }
}

/** The HTTP answer for a failure before anything was sent. */
export function httpErrorOf(error: UpstreamError, { message }: UpstreamFailure): OpenAiError {
  const { retryAfterMs, publicCode, param = null } = error;
  const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
  return new OpenAiError(httpStatusOf(error), publicCode, message, param, seconds, error.retried);
}

/** The provider's own status where it says something to the client; a provider out of reach is a bad gateway. */
function httpStatusOf({ status, code }: UpstreamError): number {
  if (code === 'context_length_exceeded' || code === 'content_filter' || code === 'image_not_accepted') return 400;
  // An error inside a stream that has sent nothing on has no status of its own.
  if (status === undefined && code === 'rate_limit_exceeded') return 429;
  return status !== undefined && status < 500 ? status : 502;
}
