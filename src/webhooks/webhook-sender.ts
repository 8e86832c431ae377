import { Injectable } from '@nestjs/common';
import { webhookSeconds } from '../common/metrics';
import { boundedPost, type CallResult } from '../outbox/bounded-post';
import { signatureHeaders } from './signature';
import { WebhookHosts } from './webhook-hosts';

export interface Call {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly body: string;
}

/** Makes one call of a webhook, signed. */
@Injectable()
export class WebhookSender {
  constructor(private readonly hosts: WebhookHosts) {}

  /** @throws what `canceled` was aborted with; a call that fails is a result */
  async send({ id, url, secrets, body }: Call, canceled: AbortSignal): Promise<CallResult> {
    const headers = {
      'content-type': 'application/json',
      ...signatureHeaders(secrets, { id, body, timestamp: Math.floor(Date.now() / 1_000) }),
    };
    const result = await boundedPost(this.hosts, { url, headers, body }, canceled);
    webhookSeconds.observe(result.durationMs / 1_000);
    return result;
  }
}
