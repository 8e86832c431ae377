import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress } from '../../common/client-address';
import { answersFor } from '../../common/host-check';
import { isOwnPage } from '../../common/origin-check';
import { proxyHeaderOf } from '../../common/proxy-headers';
import { AuthConfig } from '../../config/auth.config';
import { GatewayConfig } from '../../config/gateway.config';
import { ServerConfig } from '../../config/server.config';

/** As if we listened on loopback only, whatever the service's own address is. */
const LOOPBACK_ONLY = { host: '127.0.0.1', allowedHosts: [] };

/** Who calls, as far as the connection says it. */
export type Connection = Pick<IncomingMessage, 'headers' | 'socket' | 'httpVersion'>;

/**
 * Says who may call `/v1` without a key: while nobody signs in, programs on this machine.
 *
 * A browser on this machine is on loopback too and lets any page send requests here, so what a page sends must come
 * from a page of ours, and under a name that only this machine has (another name may be a rebound one). So is a proxy, which
 * may say nothing of those that it speaks for.
 */
@Injectable()
export class OpenAccess {
  constructor(
    private readonly auth: AuthConfig,
    private readonly server: ServerConfig,
    private readonly gateway: GatewayConfig,
  ) {}

  /** Whom it lets in, for a person. */
  get description(): string {
    if (!this.isOpen) return 'nobody';
    return 'programs on this machine';
  }

  allows({ headers, socket, httpVersion }: Connection): boolean {
    if (!this.isOpen || !isLoopbackAddress(socket.remoteAddress)) return false;
    if (proxyHeaderOf(headers) !== undefined) return false;
    // What nginx speaks to us, unless it is told otherwise, and hardly a program any more.
    if (this.gateway.keylessAccess === 'auto' && httpVersion === '1.0') return false;
    return answersFor(headers.host, LOOPBACK_ONLY) && isOwnPage(headers, this.server);
  }

  private get isOpen(): boolean {
    if (this.auth.method !== 'None' || this.gateway.keylessAccess === 'none') return false;
    const { allowedHosts, trustedProxies } = this.server;
    return this.gateway.keylessAccess === 'local' || allowedHosts.length + trustedProxies.length === 0;
  }
}
