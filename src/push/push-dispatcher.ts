import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../common/logger';
import { webPushes, webPushesPending } from '../common/metrics';
import { WebPushConfig } from '../config/web-push.config';
import { OutboxDispatcher } from '../outbox/outbox-dispatcher';
import { PushOutbox } from './push-outbox';
import { type ClaimedNotice, PushQueue } from './push-queue';
import { PushSender } from './push-sender';

/** Calls of push services that are under way at a time, over all users: they are few hosts, and answer at once. */
const CALLS_MAX = 20;

/** Sends what is in the outbox of browsers. */
@Injectable()
export class PushDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly dispatcher: OutboxDispatcher<ClaimedNotice>;

  constructor(
    private readonly queue: PushQueue,
    private readonly sender: PushSender,
    private readonly config: WebPushConfig,
    outbox: PushOutbox,
    logger: Logger,
  ) {
    this.dispatcher = new OutboxDispatcher(queue, {
      attempt: (claimed, stopped) => this.attempt(claimed, stopped),
      ...{ callsMax: CALLS_MAX, gauge: webPushesPending, logger: logger.child({ component: 'web-push' }) },
    });
    outbox.onStored = () => this.wake();
  }

  onApplicationBootstrap(): void {
    if (this.config.mode !== 'off') this.dispatcher.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.dispatcher.stop();
  }

  /** Something may be due. Never throws and never waits. */
  wake(): void {
    this.dispatcher.wake();
  }

  private async attempt(claimed: ClaimedNotice, stopped: AbortSignal): Promise<void> {
    const outcome = await this.sender.send(claimed, stopped);
    await this.queue.finish(claimed, outcome);
    webPushes.inc({ outcome: outcome.name });
  }
}
