import { Injectable } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { BackendKeys } from '../backends/backend-keys';
import { OpenAiError } from '../errors/openai.error';
import { redactKeys } from '../errors/redact';
import { UpstreamFailure, UpstreamFailures } from '../errors/upstream-failures';
import { UpstreamError } from '../errors/upstream.error';
import { Target } from './backend-router';

/** Tells the log and the thread's keeper what a backend did wrong, without keys. */
@Injectable()
export class FailureReport {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly keys: BackendKeys,
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
    const message = this.redact(backend, `Backend "${backend.id}" ${error.message}`);
    if (threadId !== undefined) this.failures.record(threadId, { code, message });
    // The cause's stack alone: the AI SDK's errors carry the whole request.
    const cause = error.cause instanceof Error ? this.redact(backend, error.cause.stack ?? '') : undefined;
    this.logger.warn({ backend: backend.id, threadId, code, status, cause }, message);
    return { code, message };
  }

  clientLeft({ backend }: Target): void {
    this.logger.debug({ backend: backend.id }, 'the client left');
  }

  private redact({ deployments }: Target['backend'], text: string): string {
    const keys = deployments.map(({ apiKeyEnv, id }) => this.keys.find(apiKeyEnv, id));
    return keys.reduce<string>((redacted, key) => redactKeys(redacted, key), text);
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
