import { Authenticator } from './authenticator';
import { PrincipalWatch } from './principal-watch';
import { Revocations } from './revocations';
import { BrowserSessions } from './sessions/browser-sessions';
import { StreamTickets } from './stream-tickets';
import { UserTokens } from './tokens/user-tokens';
import { Users } from './users';

/** What it takes to know who calls, beside the method of SECURITY_METHOD and the configuration. */
export const CALLER_PROVIDERS = [
  ...[Users, Revocations, UserTokens, StreamTickets, BrowserSessions, PrincipalWatch, Authenticator],
];
