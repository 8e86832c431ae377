import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { WebPushConfig } from '../config/web-push.config';
import { OutboundHosts } from '../outbox/outbound-hosts';

/** Where push services may be. */
@Injectable()
export class PushHosts extends OutboundHosts implements OnApplicationShutdown {
  constructor({ privateHosts }: WebPushConfig) {
    const setting = 'WEB_PUSH_PRIVATE_HOSTS';
    super({ what: 'a push service', code: 'push_host_not_allowed', setting, privateHosts });
  }
}
