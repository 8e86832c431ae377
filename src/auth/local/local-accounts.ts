import { Injectable } from '@nestjs/common';
import { now } from '../../common/clock';
import { conflict, DomainError, invalid, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/storage-fault';
import { DEFAULT_USER, Role } from '../principal';
import { Revocations } from '../revocations';
import { BrowserSessionEntity } from '../sessions/browser-session.entity';
import { newUser, UserEntity } from '../user.entity';
import { displayNameOf } from '../users';
import { AccountLinks } from './account-links';
import { LocalAccountEntity } from './local-account.entity';
import { hashOfPassword, isPassword, requireGoodPassword } from './passwords';
import { Attempt, SignInLimits } from './sign-in-limits';

const LOGIN = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u;

/** What somebody fills in who has a link. */
export interface AccountDetails {
  readonly login: string;
  readonly displayName: string;
  readonly password: string;
}

/** `SECURITY_METHOD=Local`: accounts with passwords. */
@Injectable()
export class LocalAccounts {
  constructor(
    private readonly database: Database,
    private readonly links: AccountLinks,
    private readonly limits: SignInLimits,
    private readonly revocations: Revocations,
  ) {}

  /** Whether there is an account of an administrator, who can invite others. */
  async hasAdministrator(): Promise<boolean> {
    const accounts = this.database.read.createQueryBuilder(LocalAccountEntity, 'account');
    const admins = accounts.innerJoin(UserEntity, 'owner', 'owner.id = account.userId');
    return admins.where('owner.role = :role', { role: 'admin' }).getExists();
  }

  /**
   * @returns the user's id
   * @throws DomainError 401 `wrong_password` for whatever is wrong, 429 `too_many_sign_ins`, 503 `sign_in_busy`
   */
  async signIn(attempt: Attempt, password: string): Promise<string> {
    await this.limits.check(attempt);
    const login = attempt.login.toLowerCase();
    const account = await this.database.read.findOneBy(LocalAccountEntity, { login });
    const isRight = await isPassword(password, account?.passwordHash);
    const user = isRight && account ? await this.database.read.findOneBy(UserEntity, { id: account.userId }) : null;
    if (user === null || user.disabledAt !== null) {
      await this.limits.failed(attempt);
      throw WRONG;
    }
    await this.limits.succeeded(attempt);
    return user.id;
  }

  /** A code with which somebody makes an account. @throws DomainError 400 `invalid_login`, 409 `login_taken`, `too_many_links` */
  async invite(role: Role, login?: string): Promise<{ code: string; expiresAt: string }> {
    if (login !== undefined) await this.requireFree(loginOf(login));
    const { code, link } = await this.links.create({
      purpose: 'invitation',
      role,
      ...(login && { login: loginOf(login) }),
    });
    return { code, expiresAt: link.expiresAt };
  }

  /** A code with which a user sets a new password; the old one goes on until then. @throws DomainError 404 `account_not_found` */
  async inviteToReset(userId: string): Promise<{ code: string; expiresAt: string }> {
    const account = await this.database.read.findOneBy(LocalAccountEntity, { userId });
    if (account === null) throw notFound('account', userId);
    const { code, link } = await this.links.create({ purpose: 'reset', userId, login: account.login });
    return { code, expiresAt: link.expiresAt };
  }

  /** A code for the first administrator, who gets what the default user has; undefined: there is one. */
  async inviteFirst(): Promise<string | undefined> {
    if (await this.hasAdministrator()) return undefined;
    return (await this.links.create({ purpose: 'first-admin', role: 'admin' })).code;
  }

  /**
   * Does what a link is for.
   *
   * @returns the user's id
   * @throws DomainError 410 `link_not_usable`, 400 `weak_password`, `invalid_login`, `invalid_name`, 409 `login_taken`
   */
  async accept(code: string, details: AccountDetails): Promise<string> {
    const link = await this.links.find(code);
    const login = link.login ?? loginOf(details.login);
    requireGoodPassword(details.password, login);
    if (link.purpose !== 'reset') await this.requireFree(login);
    const passwordHash = await hashOfPassword(details.password);
    if (link.purpose === 'reset' && link.userId !== null) {
      const { userId } = link;
      await this.database.write(async (tx) => {
        await this.links.use(tx, link);
        await tx.update(LocalAccountEntity, { userId }, { passwordHash, changedAt: now() });
        // Whoever knew the old one is signed in no more.
        await tx.delete(BrowserSessionEntity, { userId });
      });
      this.revocations.revoke({ userId }, 'password_changed');
      return userId;
    }
    const displayName = displayNameOf(details.displayName);
    if (displayName === '') throw invalid('invalid_name', 'A name has at least one visible character.');
    const isFirst = link.purpose === 'first-admin';
    const userId = isFirst ? DEFAULT_USER.id : newId();
    const account = { userId, login, passwordHash, createdAt: now(), changedAt: now() };
    await this.database
      .write(async (tx) => {
        await this.links.use(tx, link);
        if (isFirst) await tx.update(UserEntity, { id: userId }, { displayName, role: 'admin' });
        else await tx.insert(UserEntity, newUser({ id: userId, displayName, role: link.role, createdAt: now() }));
        await tx.insert(LocalAccountEntity, account);
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? taken(login) : error;
      });
    this.revocations.changed(userId);
    return userId;
  }

  /** @throws DomainError 403 `wrong_password`, 400 `weak_password`, 404 `account_not_found`, 429 `too_many_sign_ins` */
  async changePassword(userId: string, address: string, current: string, next: string): Promise<void> {
    const account = await this.database.read.findOneBy(LocalAccountEntity, { userId });
    if (account === null) throw notFound('account', userId);
    const attempt = { login: account.login, address, isKnownBrowser: true };
    await this.limits.check(attempt);
    if (!(await isPassword(current, account.passwordHash))) {
      await this.limits.failed(attempt);
      throw new DomainError(403, 'wrong_password', 'The current password is not that.');
    }
    requireGoodPassword(next, account.login);
    const passwordHash = await hashOfPassword(next);
    await this.database.write(async (tx) => {
      await tx.update(LocalAccountEntity, { userId }, { passwordHash, changedAt: now() });
    });
  }

  private async requireFree(login: string): Promise<void> {
    if (await this.database.read.existsBy(LocalAccountEntity, { login })) throw taken(login);
  }
}

/** @throws DomainError 400 `invalid_login` */
function loginOf(text: string): string {
  const login = text.trim().normalize('NFKC').toLowerCase();
  if (LOGIN.test(login)) return login;
  throw invalid(
    'invalid_login',
    'An account name has 1 to 100 letters, digits and characters of . _ @ + -, a letter or digit first.',
  );
}

const taken = (login: string): DomainError => conflict('login_taken', `There is an account "${login}" already.`);

const WRONG = new DomainError(401, 'wrong_password', 'Account name or password is wrong.');
