import { Injectable, OnModuleInit } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../common/domain.error';
import { ServerConfig } from '../config/server.config';
import { AuthenticationMethod, Identified } from './authentication-method';
import { credentialsOf } from './credentials';
import { Principal } from './principal';
import { StreamTickets } from './stream-tickets';
import { isUserToken } from './tokens/user-token-secret';
import { UserTokens } from './tokens/user-tokens';
import { Users } from './users';

/** What is asked of a request to know who sends it. */
export type CallerRequest = Pick<IncomingMessage, 'headers' | 'method' | 'url'>;

/** Says who is calling, by the method of SECURITY_METHOD. */
@Injectable()
export class Authenticator implements OnModuleInit {
  constructor(
    private readonly method: AuthenticationMethod,
    private readonly users: Users,
    private readonly tokens: UserTokens,
    private readonly tickets: StreamTickets,
    private readonly config: ServerConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.method.prepare();
    await this.users.ensureDefault();
  }

  /** Whether people sign in on pages of ours, which anybody may see. */
  get hasSignInPages(): boolean {
    return this.method.hasSignInPages;
  }

  /** Whether callers need credentials at all. */
  get isRequired(): boolean {
    return this.method.isRequired;
  }

  /**
   * @param bearer a token that came in some other way than in a header.
   * @throws DomainError 401 `unauthenticated`, 503 when an identity provider does not answer
   */
  async authenticate(request: CallerRequest, bearer?: string): Promise<Principal> {
    const user = await this.identify(request, bearer);
    if (user === undefined) throw UNAUTHENTICATED;
    return user;
  }

  /** Who calls; undefined for nobody who is known. @throws DomainError 503 as `authenticate` */
  identify(request: CallerRequest, bearer?: string): Identified | Promise<Identified> {
    const credentials = credentialsOf(request, this.config);
    const token = bearer ?? credentials.bearer;
    if (token !== undefined && isUserToken(token)) return this.tokens.principalOf(token);
    if (credentials.ticket !== undefined && token === undefined) return this.tickets.take(credentials.ticket);
    return this.method.identify({ ...credentials, bearer: token });
  }
}

const UNAUTHENTICATED = new DomainError(
  401,
  'unauthenticated',
  'The access token is missing or wrong; send it as "Authorization: Bearer ...".',
);
