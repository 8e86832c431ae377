import { AuthenticationMethod, Credentials, Identified } from '../authentication-method';
import { BrowserSessions } from '../sessions/browser-sessions';
import { LocalAccounts } from './local-accounts';

/** `SECURITY_METHOD=Local`: browsers by their session; programs have tokens of users, which every method takes. */
export class LocalAuthentication extends AuthenticationMethod {
  readonly isRequired = true;
  readonly shownSecret = undefined;

  constructor(
    private readonly sessions: BrowserSessions,
    private readonly accounts: LocalAccounts,
  ) {
    super();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  identify({ bearer, session }: Credentials): Identified | Promise<Identified> {
    return bearer === undefined && session !== undefined ? this.sessions.principalOf(session) : undefined;
  }

  cookieFor(): undefined {
    return undefined;
  }

  /** While there is no administrator: a link by which whoever reads the service's output becomes it. */
  override async firstLink(): Promise<string | undefined> {
    const code = await this.accounts.inviteFirst();
    return code === undefined ? undefined : `sign-in/link?code=${code}`;
  }
}
