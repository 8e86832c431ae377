import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { Agent, Dispatcher } from 'undici';
import { DomainError } from '../../common/domain.error';
import { matchesHost } from '../../common/host-pattern';
import { isPrivateHost, publicLookup } from '../../common/public-lookup';
import { McpConfig } from '../../config/mcp.config';
import type { McpScope } from '../catalog/mcp-server';

const CONNECT_TIMEOUT_MS = 10_000;
/** Of one message; more are the affair of whoever reads them. */
const HEADERS_BYTES = 32 * 1024;

/** The address is refused before, or as, a connection is made. */
export class HostRefusedError extends DomainError {
  override readonly name = 'HostRefusedError';

  constructor(detail: string) {
    super(422, 'mcp_host_not_allowed', detail);
  }
}

/**
 * Where calls may go. The operator's servers are where the operator says; those of users and projects on the hosts of
 * MCP_ALLOWED_HOSTS, and not in the operator's own network, whatever their names lead to: the addresses that a connection goes
 * to are those that were checked.
 */
@Injectable()
export class HostGuard implements OnApplicationShutdown {
  private readonly open = new Agent(OPTIONS);
  private readonly guarded = new Agent({
    ...OPTIONS,
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup(privateAddress) },
  });

  constructor(private readonly config: McpConfig) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.open.destroy(), this.guarded.destroy()]);
  }

  /**
   * The way to an address; redirects are not followed on it.
   *
   * @throws HostRefusedError; the connection fails with one where the name leads to a private address
   */
  wayTo(url: URL, scope: McpScope): Dispatcher {
    if (scope === 'operator') return this.open;
    this.requireAllowed(url);
    if (this.isPrivate(url)) return this.open;
    return this.guarded;
  }

  /** Whether users and projects may have a server there, as far as the address itself tells. @throws HostRefusedError */
  requireAllowed(url: URL): void {
    const { allowedHosts } = this.config;
    if (!allowedHosts.some((pattern) => matchesHost(url, pattern))) {
      const known = allowedHosts.length === 0 ? 'none are' : `allowed are ${allowedHosts.join(', ')}`;
      throw new HostRefusedError(`MCP servers on ${url.host} are not allowed here; ${known} (MCP_ALLOWED_HOSTS).`);
    }
    if (this.isPrivate(url)) return;
    if (url.protocol !== 'https:') throw new HostRefusedError(`${url.host} must be asked over https.`);
    if (isPrivateHost(url.hostname)) throw privateAddress(url.hostname);
  }

  private isPrivate(url: URL): boolean {
    return this.config.privateHosts.some((host) => matchesHost(url, host));
  }
}

const OPTIONS: Agent.Options = {
  ...{ connect: { timeout: CONNECT_TIMEOUT_MS }, maxHeaderSize: HEADERS_BYTES, pipelining: 1 },
  // Deadlines are those of calls.
  ...{ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 4_000 },
};

const privateAddress = (host: string): HostRefusedError =>
  new HostRefusedError(`${host} leads to a private address, which MCP servers of users and projects must not have.`);
