import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { isApiPath } from '../common/api-paths';
import { TrustedProxies } from '../common/client-address';
import { ConnectionLimits } from '../common/connection-limits';
import { DomainError, invalid } from '../common/domain.error';
import { foreignHost } from '../common/host-check';
import { proxyHeaderOf } from '../common/proxy-headers';
import { ServerConfig } from '../config/server.config';
import { Authenticator } from './authenticator';
import { Principal } from './principal';

/** Probes of an orchestrator have no token, may come through a proxy, and learn no more than whether the service is well. */
const PUBLIC_PATHS: readonly string[] = ['/health', '/health/live', '/health/ready'];

const SECRET_NAMES = ['access_token', 'token', 'bearer', 'api_key', 'authorization'];

/** Who gets no further than the door, over HTTP and as a WebSocket, whatever the path. Nothing of the body is read for it. */
@Injectable()
export class AccessControl {
  private readonly proxies: TrustedProxies;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly connections: ConnectionLimits,
    private readonly config: ServerConfig,
  ) {
    this.proxies = new TrustedProxies(config.trustedProxies);
  }

  /**
   * Why nobody is listened to who calls like this; undefined where somebody may be: a connection too many, a name that is not
   * ours, or a proxy that decides for nobody.
   */
  refusalOf(request: IncomingMessage): DomainError | undefined {
    return (
      this.connections.refusalOf(request) ??
      foreignHost(request.headers.host, this.config) ??
      (isPublic(request) ? undefined : this.unknownProxy(request)) ??
      this.tokenInAddress(request)
    );
  }

  /**
   * Who calls, where callers must say so; `/v1` and Socket.IO ask for themselves.
   *
   * @throws DomainError as Authenticator.authenticate
   */
  async callerOf(request: IncomingMessage): Promise<Principal | 'unasked'> {
    if (isPublic(request) || isGateway(request) || isShared(request) || isMetadata(request)) return 'unasked';
    if (this.authenticator.hasSignInPages && isSignIn(request)) return 'unasked';
    return this.authenticator.authenticate(request);
  }

  /** Addresses are kept by browsers, proxies and logs. A page takes the token of SECURITY_METHOD=Token out of its own at once. */
  private tokenInAddress(request: IncomingMessage): DomainError | undefined {
    if (!this.authenticator.isRequired || !isApiPath(pathOf(request))) return undefined;
    const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
    const name = SECRET_NAMES.find((each) => query.has(each));
    if (name === undefined) return undefined;
    return invalid(
      'token_in_query',
      `A token does not belong into an address ("${name}"); send it as "Authorization: Bearer ...", or get a ticket for an ` +
        'event stream from /api/v1/account/stream-tickets.',
    );
  }

  /** Behind a proxy that nobody has vouched for, its callers would all be administrators. The gateway knows them by their keys. */
  private unknownProxy(request: IncomingMessage): DomainError | undefined {
    if (this.authenticator.isRequired || isGateway(request)) return undefined;
    const header = proxyHeaderOf(request.headers);
    if (header === undefined || this.proxies.includes(request.socket.remoteAddress)) return undefined;
    return new DomainError(
      403,
      'proxy_not_trusted',
      `This request came through a proxy (it has the header ${header}), whose callers would all be administrators here. ` +
        'The operator can set SECURITY_METHOD=Token, or name the proxy in TRUSTED_PROXIES if it decides who may call.',
    );
  }
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';
const isPublic = (request: IncomingMessage): boolean => PUBLIC_PATHS.includes(pathOf(request));
/**
 * What a link shows to whoever has it: the link's token is in the path. The page that shows it, and its scripts, are the same for
 * everybody.
 */
const isShared = (request: IncomingMessage): boolean =>
  /^\/(?:api\/v1\/shared\/.|shared$|assets\/[\w.-]+$)/.test(pathOf(request));
/** Where programs that have no token yet read who gives them one. */
const isMetadata = (request: IncomingMessage): boolean => pathOf(request).startsWith('/.well-known/');
const isSignIn = (request: IncomingMessage): boolean => /^\/(?:sign-in(?:\/|$)|favicon\.svg$)/.test(pathOf(request));
const isGateway = (request: IncomingMessage): boolean => /^\/v1(?:\/|$)/.test(pathOf(request));
