import { AuthenticationMethod, Credentials, Identified } from './authentication-method';
import { DEFAULT_USER } from './principal';
import { principalOf, Users } from './users';

/** `SECURITY_METHOD=None`: whoever reaches the service is its administrator. */
export class NoAuthentication extends AuthenticationMethod {
  readonly isRequired = false;
  readonly shownSecret = undefined;

  /** @param users of whom a request may name one; left out: it may not (`ALLOW_USER_ID_OVERRIDE`) */
  constructor(private readonly users?: Users) {
    super();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  identify({ named }: Credentials = {}): Identified | Promise<Identified> {
    return named === undefined || this.users === undefined ? DEFAULT_USER : this.userNamed(named, this.users);
  }

  cookieFor(): undefined {
    return undefined;
  }

  private async userNamed(id: string, users: Users): Promise<Identified> {
    const user = await users.ensureNamed(id);
    return user.disabledAt === null ? principalOf(user, { via: 'none' }) : undefined;
  }
}
