import { Injectable } from '@nestjs/common';
import { generateRequestDetails } from 'web-push';
import { boundedPost } from '../outbox/bounded-post';
import { PushCheck } from './push-check';
import { PushHosts } from './push-hosts';
import { pushBody, topicOf } from './push-news';
import { outcomeOf, type PushOutcome } from './push-outcome';
import type { ClaimedNotice } from './push-queue';
import { VapidKey } from './vapid-key';

/** Makes one attempt: looks whether it may be made, encrypts what there is to tell for the browser, and gives it to its push service. */
@Injectable()
export class PushSender {
  constructor(
    private readonly check: PushCheck,
    private readonly hosts: PushHosts,
    private readonly key: VapidKey,
  ) {}

  /** @param canceled ends a call. @throws what it was aborted with; DomainError `storage_unavailable` */
  async send(claimed: ClaimedNotice, canceled: AbortSignal): Promise<PushOutcome> {
    const { subscription, notice } = claimed;
    const { details } = this.key;
    // It was made for another key of the service: no push service takes anything for it any more.
    if (details === undefined || subscription.vapidKey !== details.publicKey) return { name: 'gone' };
    const title = await this.check.titleFor(claimed);
    if (title === undefined) return { name: 'canceled' };
    const { endpoint, p256dh, auth } = subscription;
    const secondsLeft = Math.max(1, Math.floor((Date.parse(notice.expiresAt) - Date.now()) / 1_000));
    const { headers, body } = generateRequestDetails({ endpoint, keys: { p256dh, auth } }, pushBody(notice, title), {
      ...{ vapidDetails: { ...details }, contentEncoding: 'aes128gcm', TTL: secondsLeft },
      ...{ urgency: notice.kind === 'ended' ? 'normal' : 'high', topic: topicOf(subscription.id, notice.chatId) },
    });
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const result = await boundedPost(this.hosts, { url: endpoint, headers: texts, body: body ?? '' }, canceled);
    return outcomeOf(result, notice, Date.now());
  }
}
