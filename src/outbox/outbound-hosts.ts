import { Agent, Dispatcher } from 'undici';
import { DomainError } from '../common/domain.error';
import { matchesHost } from '../common/host-pattern';
import { isPrivateHost, publicLookup } from '../common/public-lookup';

const CONNECT_TIMEOUT_MS = 10_000;
const OPTIONS: Agent.Options = {
  ...{ connect: { timeout: CONNECT_TIMEOUT_MS }, maxHeaderSize: 16 * 1024, pipelining: 1, keepAliveTimeout: 4_000 },
};

/** The address is refused before, or as, a connection is made. */
export class HostNotAllowedError extends DomainError {
  override readonly name = 'HostNotAllowedError';

  constructor(code: string, detail: string) {
    super(422, code, detail);
  }
}

/** Whose addresses they are. */
export interface OutboundUse {
  /** Such as `a webhook`. */
  readonly what: string;
  /** Of the error. */
  readonly code: string;
  /** The setting that names private hosts, and its value. */
  readonly setting: string;
  readonly privateHosts: readonly string[];
}

/**
 * Where users may have the service call: anywhere on the public internet over https, and on the hosts that the operator names. The
 * addresses that a connection goes to are those that were checked, whatever a name leads to a moment later.
 */
export class OutboundHosts {
  private readonly open = new Agent(OPTIONS);
  private readonly guarded = new Agent({
    ...OPTIONS,
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup((host) => this.privateAddress(host)) },
  });

  constructor(private readonly use: OutboundUse) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.open.destroy(), this.guarded.destroy()]);
  }

  /**
   * The way to an address; redirects are not followed on it.
   *
   * @throws HostNotAllowedError; the connection fails with one where the name leads to a private address
   */
  wayTo(url: URL): Dispatcher {
    this.requireAllowed(url);
    return this.isPrivate(url) ? this.open : this.guarded;
  }

  /** Whether it may be called, as far as the address itself tells. @throws HostNotAllowedError */
  requireAllowed(url: URL): void {
    if (url.username !== '' || url.password !== '') {
      throw this.refusal(`The address of ${this.use.what} has no user name or password; its calls are signed.`);
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw this.notHttps(url);
    if (this.isPrivate(url)) return;
    if (url.protocol !== 'https:') throw this.notHttps(url);
    if (isPrivateHost(url.hostname)) throw this.privateAddress(url.hostname);
  }

  private isPrivate(url: URL): boolean {
    return this.use.privateHosts.some((host) => matchesHost(url, host));
  }

  private notHttps({ host }: URL): HostNotAllowedError {
    return this.refusal(`${host} must be called over https, unless the operator names it in ${this.use.setting}.`);
  }

  private privateAddress(host: string): HostNotAllowedError {
    const { what, setting } = this.use;
    return this.refusal(
      `${host} leads to a private address, which ${what} must not have unless the operator names it in ${setting}.`,
    );
  }

  private refusal(detail: string): HostNotAllowedError {
    return new HostNotAllowedError(this.use.code, detail);
  }
}
