import { AuthenticationMethod } from './authentication-method';
import { DEFAULT_USER, User } from './user';

/** `SECURITY_METHOD=None`: whoever reaches the service is its administrator. */
export class NoAuthentication extends AuthenticationMethod {
  readonly isRequired = false;
  readonly shownSecret = undefined;

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  identify(): User {
    return DEFAULT_USER;
  }

  cookieFor(): undefined {
    return undefined;
  }
}
