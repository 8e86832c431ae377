import { Injectable, OnModuleInit } from '@nestjs/common';
import { now } from '../common/clock';
import { Database } from '../database/database';
import { UserEntity } from './user.entity';
import { DEFAULT_USER, User } from './user';

/** Says who is calling. With `SECURITY_METHOD=None` every caller is the user `default`. */
@Injectable()
export class Authenticator implements OnModuleInit {
  constructor(private readonly database: Database) {}

  /** Makes the row of the default user, which other rows refer to. */
  async onModuleInit(): Promise<void> {
    const { id } = DEFAULT_USER;
    await this.database.write(async (tx) => {
      const known = await tx.existsBy(UserEntity, { id });
      if (!known) await tx.insert(UserEntity, { id, displayName: 'Default user', createdAt: now() });
    });
  }

  /** @param _token the bearer token of the request, if it has one. */
  authenticate(_token: string | undefined): Promise<User> {
    return Promise.resolve(DEFAULT_USER);
  }
}
