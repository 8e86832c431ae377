import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { User } from '../auth/user';
import { UserEntity } from '../auth/user.entity';
import { Database } from '../database/database';
import { AuthorDto } from './author.dto';

/** Who people are to those who share a chat with them. */
@Injectable()
export class Authors {
  constructor(private readonly database: Database) {}

  /** Whoever calls. */
  async ofCaller(user: User): Promise<AuthorDto> {
    if ('displayName' in user && typeof user.displayName === 'string') {
      return { id: user.id, displayName: user.displayName };
    }
    return this.one(user.id);
  }

  /** The id stands for the name of a user that is not there. */
  async one(userId: string): Promise<AuthorDto> {
    return (await this.of([userId])).get(userId) ?? { id: userId, displayName: userId };
  }

  /** By their ids; nulls are passed over, and those that are not there any more are left out. */
  async of(userIds: readonly (string | null)[]): Promise<Map<string, AuthorDto>> {
    const ids = [...new Set(userIds)].filter((id) => id !== null);
    if (ids.length === 0) return new Map();
    const users = await this.database.read.find(UserEntity, {
      select: { id: true, displayName: true },
      where: { id: In(ids) },
    });
    return new Map(users.map(({ id, displayName }) => [id, { id, displayName }]));
  }
}
