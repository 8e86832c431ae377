import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList } from 'node:net';
import { answersFor } from '../../common/host-check';
import { isAllowedOrigin } from '../../common/origin-check';
import { AuthConfig } from '../../config/auth.config';
import { ServerConfig } from '../../config/server.config';

/** What proxies add: the peer of such a request is the proxy, not the client. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;
/** As if we listened on loopback only, whatever the service's own address is. */
const LOOPBACK_ONLY = { host: '127.0.0.1', allowedHosts: [] };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Says who may call `/v1` without a key: while nobody signs in, programs on this machine.
 *
 * A browser on this machine is on loopback too and lets any page send requests here, so what a page sends must come
 * from a page of ours, and under a name that only this machine has (another name may be a rebound one).
 */
@Injectable()
export class OpenAccess {
  constructor(
    private readonly auth: AuthConfig,
    private readonly server: ServerConfig,
  ) {}

  allows(headers: IncomingHttpHeaders, remoteAddress: string | undefined): boolean {
    if (this.auth.method !== 'None' || !isLoopbackAddress(remoteAddress)) return false;
    if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false;
    return answersFor(headers.host, LOOPBACK_ONLY) && this.isOwnPage(headers);
  }

  private isOwnPage(headers: IncomingHttpHeaders): boolean {
    if (headers.origin !== undefined) return isAllowedOrigin(headers, this.server);
    // A page's GET has no Origin, but browsers say where it comes from; `none` is the address bar.
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
}

/** Whether an address of a socket means this machine; IPv4 may come as `::ffff:127.0.0.1`. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return loopback.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
}
