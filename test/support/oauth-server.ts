import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { eventually } from './eventually';

/** The program of `oauth-provider.mjs`. */
export class OauthServer {
  /** The types of the grants that it has given, and `registration`, in order. */
  readonly granted: string[] = [];
  issuer = '';

  private constructor(private readonly child: ChildProcess) {
    child.on('message', ({ issuer, granted }: { issuer?: string; granted?: string }) => {
      if (issuer !== undefined) this.issuer = issuer;
      if (granted !== undefined) this.granted.push(granted);
    });
  }

  static async start(): Promise<OauthServer> {
    const child = fork(join(__dirname, 'oauth-provider.mjs'), [], { execArgv: [], silent: true });
    let faults = '';
    child.stderr?.on('data', (chunk: Buffer) => (faults += chunk.toString()));
    const server = new OauthServer(child);
    await eventually('the authorization server runs', () => {
      if (child.exitCode !== null) throw new Error(`the authorization server has ended: ${faults}`);
      return server.issuer !== '';
    });
    return server;
  }

  /** Whom a token for a resource is of; undefined for one that is not good. */
  async accountOf(token: string, resource: string): Promise<string | undefined> {
    const keys = createRemoteJWKSet(new URL(`${this.issuer}/jwks`));
    const options = { issuer: this.issuer, audience: resource };
    return jwtVerify(token, keys, options).then(
      ({ payload }) => payload.sub,
      () => undefined,
    );
  }

  /** Signs in as a person with a browser does, and agrees. @returns where that leads back to */
  async signIn(address: string, login: string): Promise<string> {
    const cookies = new Map<string, string>();
    let next: string | undefined = address;
    for (let steps = 0; steps < 10; steps += 1) {
      const answer: Response = await this.follow(next ?? '', cookies);
      if (answer.status === 200) {
        const page = await answer.text();
        const prompt: Record<string, string> = page.includes('name="login"')
          ? { prompt: 'login', login, password: 'x' }
          : { prompt: 'consent' };
        const [, action = ''] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
        next = await this.submit(new URL(action, next).href, prompt, cookies);
      } else next = locationOf(answer, next ?? '');
      if (!next.startsWith(this.issuer)) return next;
    }
    throw new Error('the sign-in has no end');
  }

  /** Whoever that is has no account any more. */
  forget(account: string): void {
    this.child.send({ forget: account });
  }

  stop(): void {
    this.child.kill();
  }

  private async submit(address: string, fields: Record<string, string>, cookies: Map<string, string>): Promise<string> {
    return locationOf(await this.follow(address, cookies, new URLSearchParams(fields)), address);
  }

  private async follow(address: string, cookies: Map<string, string>, body?: URLSearchParams): Promise<Response> {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await fetch(address, { method, body, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }
}

function locationOf(answer: Response, from: string): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${from} was answered ${answer.status}`);
  return new URL(location, from).href;
}
