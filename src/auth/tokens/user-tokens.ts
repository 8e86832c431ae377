import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../common/bounded-map';
import { now } from '../../common/clock';
import { conflict, invalid, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { SignInConfig } from '../../config/sign-in.config';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import { Principal, Scope } from '../principal';
import { concerns, Revocations } from '../revocations';
import { hashOfSecret } from '../secret';
import { principalOf, Users } from '../users';
import { UserTokenEntity } from './user-token.entity';
import { isWellFormed, newUserToken } from './user-token-secret';

const MAX_REMEMBERED = 10_000;
/** How long an answer of the database counts; within this process a revocation counts at once. */
const REMEMBERED_MS = 10_000;
const USE_PRECISION_MS = 60_000;
const SHOWN_LENGTH = 9;

/** What a user says of a new token. */
export interface NewUserToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** ISO 8601; null: it does not expire. */
  readonly expiresAt: string | null;
}

interface Remembered {
  readonly principal: Principal;
  readonly token: UserTokenEntity;
  readonly checkedAt: number;
}

/** The tokens of users. */
@Injectable()
export class UserTokens {
  private readonly remembered = new BoundedMap<string, Remembered>(MAX_REMEMBERED);

  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly revocations: Revocations,
    private readonly config: SignInConfig,
  ) {
    revocations.onRevoked((revoked) => this.forget(({ principal }) => concerns(revoked, principal)));
    revocations.onChanged((userId) => this.forget(({ principal }) => principal.id === userId));
  }

  /**
   * @returns the token itself, which is shown this once
   * @throws DomainError 400 `already_expired`, 409 `too_many_tokens`
   */
  async create(userId: string, wanted: NewUserToken): Promise<{ secret: string; token: UserTokenEntity }> {
    if (wanted.expiresAt !== null && Date.parse(wanted.expiresAt) <= Date.now()) {
      throw invalid('already_expired', 'expiresAt must be in the future.');
    }
    const secret = newUserToken();
    const token: UserTokenEntity = {
      ...{ id: newId(), userId, name: wanted.name, hash: hashOfSecret(secret), start: secret.slice(0, SHOWN_LENGTH) },
      ...{ scopes: [...new Set(wanted.scopes)].join(' '), createdAt: now(), expiresAt: wanted.expiresAt },
      lastUsedAt: null,
    };
    const max = this.config.maxUserTokens;
    const isStored = await this.database.write(async (tx) => {
      if ((await tx.countBy(UserTokenEntity, { userId })) >= max) return false;
      await tx.insert(UserTokenEntity, token);
      return true;
    });
    if (!isStored) throw conflict('too_many_tokens', `A user has at most ${max} tokens; delete one first.`);
    return { secret, token };
  }

  /** The newest first; all that there can be. */
  list(userId: string): Promise<UserTokenEntity[]> {
    const take = this.config.maxUserTokens;
    return this.database.read.find(UserTokenEntity, { where: { userId }, order: { id: 'DESC' }, take });
  }

  /** @throws DomainError 404 `token_not_found` */
  async get(userId: string, id: string): Promise<UserTokenEntity> {
    const token = await this.database.read.findOneBy(UserTokenEntity, { id, userId });
    if (token === null) throw notFound('token', id);
    return token;
  }

  /** @throws DomainError 404 `token_not_found` */
  async rename(userId: string, id: string, name: string): Promise<UserTokenEntity> {
    const changed = await this.database.write(update(UserTokenEntity, { id, userId }, { name }));
    if (changed === 0) throw notFound('token', id);
    return this.get(userId, id);
  }

  /** From now on it is nobody's, and what it holds open ends. @throws DomainError 404 `token_not_found` */
  async revoke(userId: string, id: string): Promise<void> {
    const count = await this.database.write(
      async (tx) => (await tx.delete(UserTokenEntity, { id, userId })).affected ?? 0,
    );
    if (count === 0) throw notFound('token', id);
    this.revocations.revoke({ tokenId: id }, 'revoked');
  }

  /** Whose token it is; undefined for one that is unknown, expired or revoked, or whose user is disabled. */
  async principalOf(secret: string): Promise<Principal | undefined> {
    if (!isWellFormed(secret)) return undefined;
    const known = await this.find(hashOfSecret(secret));
    const { expiresAt } = known?.principal ?? {};
    if (known === undefined || (expiresAt !== undefined && expiresAt <= Date.now())) return undefined;
    await this.used(known.token);
    return known.principal;
  }

  private async find(hash: string): Promise<Remembered | undefined> {
    const known = this.remembered.get(hash);
    if (known !== undefined && Date.now() - known.checkedAt < REMEMBERED_MS) return known;
    const token = await this.database.read.findOneBy(UserTokenEntity, { hash });
    const user = token && (await this.users.find(token.userId));
    this.remembered.delete(hash);
    if (!token || !user || user.disabledAt !== null) return undefined;
    const principal = principalOf(user, {
      ...{ via: 'user-token', tokenId: token.id, scopes: token.scopes.split(' ') as Scope[] },
      ...(token.expiresAt !== null && { expiresAt: Date.parse(token.expiresAt) }),
    });
    const found = { token, principal, checkedAt: Date.now() };
    this.remembered.set(hash, found);
    return found;
  }

  private async used(token: UserTokenEntity): Promise<void> {
    if (token.lastUsedAt !== null && Date.now() - Date.parse(token.lastUsedAt) < USE_PRECISION_MS) return;
    token.lastUsedAt = now();
    await this.database.write(update(UserTokenEntity, { id: token.id }, { lastUsedAt: token.lastUsedAt }));
  }

  private forget(isMeant: (known: Remembered) => boolean): void {
    for (const [hash, known] of this.remembered) if (isMeant(known)) this.remembered.delete(hash);
  }
}
