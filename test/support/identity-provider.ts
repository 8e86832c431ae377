import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually';

interface Told {
  readonly issuer?: string;
  readonly granted?: string;
  readonly id?: number;
  readonly token?: string;
}

/** The program of `oidc-provider.mjs`, for one service. */
export class IdentityProvider {
  /** The types of the grants that it has given, in order, and `back-channel` for each notice that was taken. */
  readonly granted: string[] = [];
  private readonly minted = new Map<number, string>();
  private asked = 0;
  issuer = '';

  private constructor(private readonly child: ChildProcess) {
    let faults = '';
    child.stderr?.on('data', (chunk: Buffer) => (faults += chunk.toString()));
    child.on('message', ({ issuer, granted, id, token }: Told) => {
      if (issuer !== undefined) this.issuer = issuer;
      if (granted !== undefined) this.granted.push(granted);
      if (id !== undefined && token !== undefined) this.minted.set(id, token);
    });
    this.faults = () => faults;
  }

  private readonly faults: () => string;

  /** @param serviceUrl address of the service whose users it signs in; it need not run yet */
  static async start(serviceUrl: string): Promise<IdentityProvider> {
    const paths = ['/sign-in/oidc/callback', '/sign-in', '/sign-in/oidc/back-channel'];
    const addresses = paths.map((path) => `${serviceUrl}${path}`);
    const child = fork(join(__dirname, 'oidc-provider.mjs'), addresses, { execArgv: [], silent: true });
    const provider = new IdentityProvider(child);
    await eventually('the provider runs', () => {
      if (child.exitCode !== null) throw new Error(`the provider has ended: ${provider.faults()}`);
      return provider.issuer !== '';
    });
    return provider;
  }

  /** What the service needs to know of it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ...{ SECURITY_METHOD: 'OIDC', OIDC_ISSUER: this.issuer, OIDC_ROLES_CLAIM: 'groups' },
      ...{ OIDC_CLIENT_ID: 'relay', OIDC_CLIENT_SECRET: 'relay-secret-relay-secret-relay-1' },
    };
  }

  /** An access token of this user for the service, as a program has one; good for hours. The user `root` is an administrator. */
  async accessTokenOf(account: string): Promise<string> {
    const id = (this.asked += 1);
    this.child.send({ mint: account, id });
    return eventually('a token is minted', () => this.minted.get(id));
  }

  /** Whoever that is has no account there any more. */
  forget(account: string): void {
    this.child.send({ forget: account });
  }

  stop(): void {
    this.child.kill();
  }
}
