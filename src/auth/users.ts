import { Injectable } from '@nestjs/common';
import { now } from '../common/clock';
import { invalid } from '../common/domain.error';
import { visibleLine } from '../common/hidden-characters';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { DEFAULT_USER, NOBODY, Principal, Role, Scope } from './principal';
import { Revocations } from './revocations';
import { BrowserSessionEntity } from './sessions/browser-session.entity';
import { newUser, UserEntity } from './user.entity';

/** What an identity provider says of somebody. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly displayName?: string;
  readonly email?: string;
  /** Whether its roles make an administrator of the user; who is none is what its row says. */
  readonly isAdmin: boolean;
}

const NAME_LENGTH = 120;
const EMAIL_LENGTH = 254;
/** Of users that tests name themselves: it names folders. */
const OWN_NAME = /^[\w-]{1,64}$/;

/** A name as it is kept: one visible line, not longer than pages have room for; empty where nothing of it is left. */
export const displayNameOf = (text: string): string => [...visibleLine(text)].slice(0, NAME_LENGTH).join('').trim();

/** The rows of users: found, made at their first sign-in, disabled. */
@Injectable()
export class Users {
  /** What was written last for an identity, so that an unchanged one costs no write. */
  private readonly named = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly revocations: Revocations,
  ) {}

  /** Makes the rows of the default user and of those that nobody is, which other rows refer to. */
  async ensureDefault(): Promise<void> {
    const { id, displayName, role } = DEFAULT_USER;
    await this.insertOnce(newUser({ id, displayName, role, createdAt: now() }));
    for (const [id, displayName] of Object.entries(NOBODY)) {
      await this.insertOnce(newUser({ id, displayName, role: 'viewer', createdAt: now() }));
    }
  }

  /** Somebody; null also for the rows that nobody is. */
  find(id: string): Promise<UserEntity | null> {
    return id in NOBODY ? Promise.resolve(null) : this.database.read.findOneBy(UserEntity, { id });
  }

  /** Of the one issuer that is configured. */
  bySubject(issuer: string, subject: string): Promise<UserEntity | null> {
    return this.database.read.findOneBy(UserEntity, { issuer, subject });
  }

  /**
   * The user that a test names itself (`ALLOW_USER_ID_OVERRIDE`), made at its first use.
   *
   * @throws DomainError 400 `invalid_user_id`
   */
  async ensureNamed(id: string): Promise<UserEntity> {
    if (!OWN_NAME.test(id)) {
      throw invalid('invalid_user_id', 'A user id has 1 to 64 letters, digits, "-" and "_".');
    }
    if (!this.named.has(id)) {
      await this.insertOnce(newUser({ id, displayName: id, createdAt: now() }));
      this.named.add(id);
    }
    const user = await this.find(id);
    if (user !== null) return user;
    // Erased meanwhile: the next call makes it anew.
    this.named.delete(id);
    throw new Error(`the row of the user ${id} is gone`);
  }

  /** The user of an identity, made at its first sign-in; name, address and the role of an administrator are the issuer's. */
  async ofIdentity(identity: Identity): Promise<UserEntity> {
    const { issuer, subject } = identity;
    const known = await this.database.read.findOneBy(UserEntity, { issuer, subject });
    if (known === null) return this.makeFor(identity);
    const change = changeBy(identity, known);
    if (Object.keys(change).length === 0) return known;
    await this.database.write(update(UserEntity, { id: known.id }, change));
    return { ...known, ...change };
  }

  /** From now on nobody is let in as this user: what it has open is ended, and so are its turns. */
  async disable(id: string): Promise<void> {
    await this.database.write(async (tx) => {
      await update(UserEntity, { id }, { disabledAt: now() })(tx);
      // One that is enabled again signs in again.
      await tx.delete(BrowserSessionEntity, { userId: id });
    });
    this.revocations.revoke({ userId: id }, 'disabled');
  }

  async enable(id: string): Promise<void> {
    await this.database.write(update(UserEntity, { id }, { disabledAt: null }));
    this.revocations.changed(id);
  }

  /** What is open goes on; the next call has the new role. */
  async setRole(id: string, role: Role): Promise<void> {
    await this.database.write(update(UserEntity, { id }, { role }));
    this.revocations.changed(id);
  }

  private async makeFor({ issuer, subject, displayName = '', email, isAdmin }: Identity): Promise<UserEntity> {
    const user = newUser({
      ...{ id: newId(), displayName: displayNameOf(displayName) || 'Unnamed user', createdAt: now() },
      ...{ issuer, subject, email: emailOf(email), role: isAdmin ? 'admin' : 'member' },
    });
    await this.insertOnce(user, { issuer, subject });
    return (await this.database.read.findOneBy(UserEntity, { issuer, subject })) ?? user;
  }

  /** Two first calls at once make one row. */
  private async insertOnce(user: UserEntity, by: Partial<UserEntity> = { id: user.id }): Promise<void> {
    await this.database.write(async (tx) => {
      if (!(await tx.existsBy(UserEntity, by as { id: string }))) await tx.insert(UserEntity, user);
    });
  }
}

/** A user as a caller. */
export function principalOf(
  { id, displayName, role }: UserEntity,
  how: Omit<Principal, 'id' | 'displayName' | 'role' | 'isAdmin'>,
): Principal {
  return { id, displayName, role, isAdmin: role === 'admin' && isAdminScope(how.scopes), ...how };
}

const isAdminScope = (scopes: readonly Scope[] | undefined): boolean => scopes?.includes('admin') ?? true;

function changeBy({ displayName = '', email, isAdmin }: Identity, known: UserEntity): Partial<UserEntity> {
  const name = displayNameOf(displayName) || known.displayName;
  const address = emailOf(email) ?? known.email;
  const role = isAdmin ? 'admin' : known.role === 'admin' ? 'member' : known.role;
  return {
    ...(name !== known.displayName && { displayName: name }),
    ...(address !== known.email && { email: address }),
    ...(role !== known.role && { role }),
  };
}

function emailOf(text: string | undefined): string | null {
  const line = visibleLine(text ?? '');
  return line.length <= EMAIL_LENGTH && /^[^\s@]+@[^\s@]+$/.test(line) ? line : null;
}
