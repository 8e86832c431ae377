import { Injectable } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { OpenAiError } from '../wire/openai.error';
import { UpstreamFailure, UpstreamFailures } from './upstream-failures';
import { UpstreamError } from '../wire/upstream.error';
import { Target } from './backend-router';

/** Tells the log and the thread's keeper what a backend did wrong; `Deployments` has taken its keys out. */
@Injectable()
export class FailureReport {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly failures: UpstreamFailures,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /** A thread asks again. */
  clear(threadId: string | undefined): void {
    if (threadId !== undefined) this.failures.clear(threadId);
  }

  modelNotFound(threadId: string | undefined, message: string): void {
    if (threadId !== undefined) this.failures.record(threadId, { code: 'model_not_found', message });
  }

  /** What the client may be told. */
  backendFailed({ backend, caller }: Target, error: UpstreamError): UpstreamFailure {
    const { code, status } = error;
    const [threadId] = caller.threadIds;
    const message = `Backend "${backend.id}" ${error.message}`;
    if (threadId !== undefined) this.failures.record(threadId, { code, message });
    // The cause's stack alone: the AI SDK's errors carry the whole request.
    const cause = error.cause instanceof Error ? error.cause.stack : undefined;
    this.logger.warn({ backend: backend.id, threadId, code, status, cause }, message);
    return { code, message };
  }

  clientLeft({ backend }: Target): void {
    this.logger.debug({ backend: backend.id }, 'the client left');
  }
}

/** The HTTP answer for a failure before anything was sent. */
export function httpErrorOf(error: UpstreamError, { code, message }: UpstreamFailure): OpenAiError {
  const { retryAfterMs } = error;
  const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
  return new OpenAiError(httpStatusOf(error), code, message, null, seconds);
}

/** The provider's own status where it says something to the client; a provider out of reach is a bad gateway. */
function httpStatusOf({ status, code }: UpstreamError): number {
  if (code === 'context_length_exceeded' || code === 'content_filter') return 400;
  return status !== undefined && status < 500 ? status : 502;
}
