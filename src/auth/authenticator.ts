import { Injectable, OnModuleInit } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { now } from '../common/clock';
import { DomainError } from '../common/domain.error';
import { ServerConfig } from '../config/server.config';
import { Database } from '../database/database';
import { AuthenticationMethod } from './authentication-method';
import { credentialsOf } from './credentials';
import { UserEntity } from './user.entity';
import { DEFAULT_USER, User } from './user';

/** Says who is calling, by the method of SECURITY_METHOD. */
@Injectable()
export class Authenticator implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly method: AuthenticationMethod,
    private readonly config: ServerConfig,
  ) {}

  /** Makes the row of the default user, which other rows refer to. */
  async onModuleInit(): Promise<void> {
    await this.method.prepare();
    const { id } = DEFAULT_USER;
    await this.database.write(async (tx) => {
      const known = await tx.existsBy(UserEntity, { id });
      if (!known) await tx.insert(UserEntity, { id, displayName: 'Default user', createdAt: now() });
    });
  }

  /** Whether callers need credentials at all. */
  get isRequired(): boolean {
    return this.method.isRequired;
  }

  /** @param bearer a token that came in some other way than in a header. @throws DomainError 401 `unauthenticated`. */
  authenticate(request: Pick<IncomingMessage, 'headers' | 'method'>, bearer?: string): User {
    const user = this.identify(request, bearer);
    if (user === undefined) throw UNAUTHENTICATED;
    return user;
  }

  /** Who calls; undefined for nobody who is known. */
  identify(request: Pick<IncomingMessage, 'headers' | 'method'>, bearer?: string): User | undefined {
    const credentials = credentialsOf(request, this.config);
    return this.method.identify({ ...credentials, bearer: bearer ?? credentials.bearer });
  }
}

const UNAUTHENTICATED = new DomainError(
  401,
  'unauthenticated',
  'The access token is missing or wrong; send it as "Authorization: Bearer ...".',
);
