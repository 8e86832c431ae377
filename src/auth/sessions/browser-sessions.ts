import { Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { BoundedMap } from '../../common/bounded-map';
import { now } from '../../common/clock';
import { notFound } from '../../common/domain.error';
import { visibleLine } from '../../common/hidden-characters';
import { newId } from '../../common/ids';
import { SignInConfig } from '../../config/sign-in.config';
import { Database } from '../../database/database';
import { insert, update } from '../../database/rows';
import { Principal } from '../principal';
import { concerns, Revocations } from '../revocations';
import { hashOfSecret, newSecret } from '../secret';
import { UserEntity } from '../user.entity';
import { principalOf, Users } from '../users';
import { BrowserSessionEntity } from './browser-session.entity';
import { opened, ProviderTokens, sealed } from './provider-tokens';

/** A user's sessions; the one that was used longest ago ends when there is one more. */
const MAX_SESSIONS = 50;
const MAX_REMEMBERED = 10_000;
/** How long an answer of the database counts; within this process a revocation counts at once. */
const REMEMBERED_MS = 10_000;
/** The time of the last use is written when it is older than this. */
const USE_PRECISION_MS = 60_000;
const SWEEP_MS = 3_600_000;
const AGENT_LENGTH = 300;

/** What is known of a browser that signs in. */
export interface NewSession {
  readonly userAgent: string;
  readonly address: string;
  /** Unix milliseconds; left out: the longest that there is. */
  readonly expiresAt?: number;
  readonly provider?: ProviderTokens & { readonly session?: string; readonly refreshAt?: number };
}

/** Asks the identity provider anew; undefined: the user is not signed in there any more. @throws DomainError 503 */
export type Refresh = (
  tokens: ProviderTokens,
) => Promise<(ProviderTokens & { readonly refreshAt?: number }) | undefined>;

interface Remembered {
  readonly session: BrowserSessionEntity;
  readonly principal: Principal;
  readonly checkedAt: number;
}

/** Who is signed in with which browser. */
@Injectable()
export class BrowserSessions implements OnApplicationBootstrap, OnModuleDestroy {
  private sweeping: NodeJS.Timeout | undefined;
  /** By hash of the secret. */
  private readonly remembered = new BoundedMap<string, Remembered>(MAX_REMEMBERED);
  private readonly refreshing = new Map<string, Promise<boolean>>();
  private refresh: Refresh | undefined;

  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly revocations: Revocations,
    private readonly config: SignInConfig,
  ) {
    revocations.onRevoked((revoked) => this.forget(({ principal }) => concerns(revoked, principal)));
    revocations.onChanged((userId) => this.forget(({ principal }) => principal.id === userId));
  }

  onApplicationBootstrap(): void {
    // What fails is done an hour later.
    this.sweeping = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeping);
  }

  /** Has sessions of an identity provider asked for anew when their time has come. */
  refreshWith(refresh: Refresh): void {
    this.refresh = refresh;
  }

  /** Signs a user in. @returns what the browser's cookie holds, and until when, in Unix milliseconds */
  async start(
    userId: string,
    { userAgent, address, ...more }: NewSession,
  ): Promise<{ secret: string; expiresAt: number }> {
    const secret = newSecret();
    const { provider = {} } = more;
    const longest = Date.now() + this.config.sessionMaxSeconds * 1000;
    const expiresAt = Math.min(more.expiresAt ?? longest, longest);
    const at = now();
    const session: BrowserSessionEntity = {
      ...{ id: newId(), userId, secretHash: hashOfSecret(secret), createdAt: at, lastUsedAt: at, address },
      userAgent: visibleLine(userAgent).slice(0, AGENT_LENGTH),
      expiresAt: timeOf(expiresAt),
      providerSession: provider.session ?? null,
      refreshAt: provider.refreshAt === undefined ? null : timeOf(provider.refreshAt),
      providerTokens: sealedOrNull(provider, secret),
    };
    await this.database.write(insert(BrowserSessionEntity, session));
    await this.endBeyond(userId);
    return { secret, expiresAt };
  }

  /** Who has this secret; undefined for nobody any more. @throws DomainError 503 when the provider has to be asked, and is down */
  async principalOf(secret: string): Promise<Principal | undefined> {
    const known = await this.find(secret);
    if (known === undefined || !this.isAlive(known.session)) return undefined;
    const { session } = known;
    if (session.refreshAt !== null && Date.parse(session.refreshAt) <= Date.now()) {
      if (!(await this.refreshed(session, secret))) return undefined;
    }
    await this.used(session);
    return known.principal;
  }

  /** Until when a session goes on if nothing more is done with it, in Unix milliseconds; undefined: it is over. */
  async endOf(sessionId: string): Promise<number | undefined> {
    const session = await this.database.read.findOneBy(BrowserSessionEntity, { id: sessionId });
    return session !== null && this.isAlive(session) ? this.endOfRow(session) : undefined;
  }

  /** Notes that a session is used by what it holds open. */
  async touch(sessionId: string): Promise<void> {
    const known = [...this.remembered.values()].find(({ session }) => session.id === sessionId);
    const session = known?.session ?? (await this.database.read.findOneBy(BrowserSessionEntity, { id: sessionId }));
    if (session !== null) await this.used(session);
  }

  /** The user's own that go on, the newest first. */
  async list(userId: string): Promise<BrowserSessionEntity[]> {
    const sessions = await this.database.read.find(BrowserSessionEntity, {
      ...{ where: { userId }, order: { id: 'DESC' }, take: MAX_SESSIONS },
    });
    return sessions.filter((session) => this.isAlive(session));
  }

  /** @throws DomainError 404 `session_not_found` */
  async end(userId: string, id: string): Promise<void> {
    const count = await this.deleteWhere({ id, userId });
    if (count === 0) throw notFound('session', id);
    this.revocations.revoke({ sessionId: id }, 'signed_out');
  }

  /** Of a user, all but one. @returns how many those were */
  async endOthers(userId: string, keptId: string | undefined): Promise<number> {
    const others = (await this.list(userId)).filter(({ id }) => id !== keptId);
    for (const { id } of others) await this.end(userId, id);
    return others.length;
  }

  /** Those that the provider calls so, or all that a provider has begun for a user. */
  async endOfProvider(by: { readonly providerSession: string } | { readonly userId: string }): Promise<void> {
    const sessions = await this.database.read.find(BrowserSessionEntity, { where: by, take: MAX_SESSIONS });
    for (const { userId, id } of sessions) await this.end(userId, id).catch(() => undefined);
  }

  /** What the provider gave, for telling it about the end. */
  async tokensOf(secret: string): Promise<ProviderTokens> {
    const text = (await this.find(secret))?.session.providerTokens ?? null;
    return text === null ? {} : opened(text, secret);
  }

  /** Deletes those whose time is over. */
  private async sweep(): Promise<void> {
    await this.deleteWhere({ expiresAt: LessThan(now()) as unknown as string });
    await this.deleteWhere({ lastUsedAt: LessThan(timeOf(Date.now() - this.idleMs)) as unknown as string });
  }

  private get idleMs(): number {
    return this.config.sessionIdleSeconds * 1000;
  }

  private endOfRow({ expiresAt, lastUsedAt }: BrowserSessionEntity): number {
    return Math.min(Date.parse(expiresAt), Date.parse(lastUsedAt) + this.idleMs);
  }

  private isAlive(session: BrowserSessionEntity): boolean {
    return this.endOfRow(session) > Date.now();
  }

  private async find(secret: string): Promise<Remembered | undefined> {
    const hash = hashOfSecret(secret);
    const known = this.remembered.get(hash);
    if (known !== undefined && Date.now() - known.checkedAt < REMEMBERED_MS) return known;
    const session = await this.database.read.findOneBy(BrowserSessionEntity, { secretHash: hash });
    const user = session && (await this.users.find(session.userId));
    this.remembered.delete(hash);
    if (!session || !user || user.disabledAt !== null) return undefined;
    const found = { session, principal: principalOfSession(user, session), checkedAt: Date.now() };
    this.remembered.set(hash, found);
    return found;
  }

  private async used(session: BrowserSessionEntity): Promise<void> {
    if (Date.now() - Date.parse(session.lastUsedAt) < USE_PRECISION_MS) return;
    session.lastUsedAt = now();
    await this.database.write(update(BrowserSessionEntity, { id: session.id }, { lastUsedAt: session.lastUsedAt }));
  }

  /** Requests of a page come together: the provider is asked once. */
  private refreshed(session: BrowserSessionEntity, secret: string): Promise<boolean> {
    const running = this.refreshing.get(session.id);
    if (running !== undefined) return running;
    const refreshing = this.askProvider(session, secret).finally(() => this.refreshing.delete(session.id));
    this.refreshing.set(session.id, refreshing);
    return refreshing;
  }

  private async askProvider(session: BrowserSessionEntity, secret: string): Promise<boolean> {
    if (this.refresh === undefined || session.providerTokens === null) return true;
    const before = opened(session.providerTokens, secret);
    const tokens = await this.refresh(before);
    if (tokens === undefined) {
      await this.end(session.userId, session.id).catch(() => undefined);
      return false;
    }
    session.refreshAt = tokens.refreshAt === undefined ? null : timeOf(tokens.refreshAt);
    session.providerTokens = sealedOrNull({ ...before, ...tokens }, secret);
    const { refreshAt, providerTokens } = session;
    await this.database.write(update(BrowserSessionEntity, { id: session.id }, { refreshAt, providerTokens }));
    return true;
  }

  private async endBeyond(userId: string): Promise<void> {
    const sessions = await this.database.read.find(BrowserSessionEntity, {
      ...{ where: { userId }, order: { lastUsedAt: 'DESC' }, skip: MAX_SESSIONS, take: MAX_SESSIONS },
    });
    for (const { id } of sessions) await this.end(userId, id).catch(() => undefined);
  }

  private deleteWhere(where: Partial<BrowserSessionEntity>): Promise<number> {
    return this.database.write(async (tx) => (await tx.delete(BrowserSessionEntity, where)).affected ?? 0);
  }

  private forget(isMeant: (known: Remembered) => boolean): void {
    for (const [hash, known] of this.remembered) if (isMeant(known)) this.remembered.delete(hash);
  }
}

const principalOfSession = (user: UserEntity, { id, expiresAt }: BrowserSessionEntity): Principal =>
  principalOf(user, { via: 'session', sessionId: id, expiresAt: Date.parse(expiresAt) });

const timeOf = (unixMs: number): string => new Date(unixMs).toISOString();

function sealedOrNull({ refreshToken, idToken }: ProviderTokens, secret: string): string | null {
  if (refreshToken === undefined && idToken === undefined) return null;
  return sealed({ refreshToken, idToken }, secret);
}
