import type { AccountDto, CreatedUserTokenDto, UserTokenDto } from '../../src/auth/account.dto';
import { Answer, RelayClient } from './relay-client';
import type { RelayService } from './service';

const PASSWORD = 'correct-horse-9';

/** Somebody with an account of `SECURITY_METHOD=Local`: signed in with a browser, and with a token for programs. */
export class LocalPerson {
  constructor(
    readonly url: string,
    readonly id: string,
    readonly login: string,
    /** Of the browser's session. */
    readonly cookie: string,
    /** For chats and for `/v1`. */
    readonly token: UserTokenDto & { token: string },
  ) {}

  /** The first administrator, by the link that the service prints. */
  static async first(service: RelayService): Promise<LocalPerson> {
    const link = /first administrator, once {2}(\S+)/.exec(service.log)?.[1] ?? '';
    return accept(service.url, link, 'root');
  }

  /** Makes an account by an invitation. */
  async invite(login: string, role: 'admin' | 'member' | 'viewer' = 'member'): Promise<LocalPerson> {
    const { body } = await this.inBrowser<{ link: string }>('POST', '/api/v1/admin/account-links', {
      ...{ purpose: 'invitation', login, role },
    });
    return accept(this.url, body.link, login);
  }

  /** A program of this person. */
  get client(): RelayClient {
    return new RelayClient(this.url, this.token.token);
  }

  /** Asks as the browser does. */
  inBrowser<T = { code?: string }>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return new RelayClient(this.url).request<T>(method, path, body, { cookie: this.cookie });
  }

  newToken(expiresAt?: string): Promise<Answer<CreatedUserTokenDto>> {
    return newToken(this.url, this.cookie, expiresAt);
  }

  /** Signs in with another browser. @returns its cookies, empty where it is refused, and the status */
  async signIn(password = PASSWORD): Promise<{ status: number; cookie: string }> {
    const body = new URLSearchParams({ login: this.login, password });
    const answer = await fetch(`${this.url}/sign-in`, { method: 'POST', redirect: 'manual', body });
    return { status: answer.status, cookie: cookiesOf(answer) };
  }
}

async function accept(url: string, link: string, login: string): Promise<LocalPerson> {
  const code = new URL(link).searchParams.get('code') ?? '';
  const body = new URLSearchParams({ code, login, displayName: `${login}'s name`, password: PASSWORD });
  const answer = await fetch(`${url}/sign-in/link`, { method: 'POST', redirect: 'manual', body });
  if (answer.status !== 303) throw new Error(`the link of ${login} was answered ${answer.status}`);
  const cookie = cookiesOf(answer);
  const account = await new RelayClient(url).request<AccountDto>('GET', '/api/v1/account', undefined, { cookie });
  const token = await newToken(url, cookie);
  return new LocalPerson(url, account.body.id, login, cookie, token.body);
}

function newToken(url: string, cookie: string, expiresAt?: string): Promise<Answer<CreatedUserTokenDto>> {
  const wanted = { name: 'program', scopes: ['read', 'chat', 'gateway', 'admin'], expiresAt };
  return new RelayClient(url).request<CreatedUserTokenDto>('POST', '/api/v1/tokens', wanted, { cookie });
}

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
