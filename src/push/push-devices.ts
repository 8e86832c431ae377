import { Injectable } from '@nestjs/common';
import { createECDH, createHash } from 'node:crypto';
import { Access } from '../access/access';
import type { Principal } from '../auth/principal';
import { now } from '../common/clock';
import { conflict, DomainError, invalid, notFound } from '../common/domain.error';
import { visibleLine } from '../common/hidden-characters';
import { isId, newId } from '../common/ids';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import type { Write } from '../database/write-queue';
import type { WriteTransaction } from '../database/write-transaction';
import type { RegisterPushDeviceDto } from './push-device.dto';
import { PushHosts } from './push-hosts';
import { PushNoticeEntity } from './push-notice.entity';
import { TEST_MS } from './push-news';
import { newNotice } from './push-outbox';
import { removeSubscription } from './push-queue';
import { PushSubscriptionEntity } from './push-subscription.entity';
import { VapidKey } from './vapid-key';

/** Browsers of a user; the one that was opened longest ago gives way to another. */
export const MAX_DEVICES = 10;
/** Tests that may wait for one browser. */
const MAX_TESTS = 3;
const AGENT_LENGTH = 300;

/** Which browsers are told: each user sees and changes their own. */
@Injectable()
export class PushDevices {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly hosts: PushHosts,
    private readonly key: VapidKey,
  ) {}

  /** What browsers need for a subscription; null: WEB_PUSH is off. */
  get publicKey(): string | null {
    return this.key.details?.publicKey ?? null;
  }

  /** The user's own, the newest first. */
  list({ id: userId }: Principal): Promise<PushSubscriptionEntity[]> {
    return this.database.read.find(PushSubscriptionEntity, {
      ...{ where: { userId }, order: { id: 'DESC' }, take: MAX_DEVICES },
    });
  }

  /**
   * A browser that is there already is renewed, and is of whoever calls with it now.
   *
   * @throws DomainError `web_push_off`, `push_host_not_allowed`, `invalid_push_key`, `push_endpoint_taken`, `project_not_found`
   */
  async register(user: Principal, input: RegisterPushDeviceDto, userAgent: string): Promise<PushSubscriptionEntity> {
    const vapidKey = this.requireKey();
    this.hosts.requireAllowed(new URL(input.endpoint));
    requirePoint(input.keys.p256dh);
    await this.requireProjects(user, input.projects);
    const { endpoint, keys, projects, replaces } = input;
    const given = {
      ...{ userId: user.id, sessionId: user.sessionId ?? null, endpoint, endpointHash: hashOf(endpoint), vapidKey },
      ...{ p256dh: keys.p256dh, auth: keys.auth, renewedAt: now() },
      userAgent: visibleLine(userAgent).slice(0, AGENT_LENGTH),
    };
    const stored: Write<PushSubscriptionEntity> = async (tx) => {
      const known = await tx.findOneBy(PushSubscriptionEntity, { endpointHash: given.endpointHash });
      if (known !== null && known.userId === user.id) {
        const change = { ...given, ...(projects !== undefined && { projects }) };
        await update(PushSubscriptionEntity, { id: known.id }, change)(tx);
        return { ...known, ...change };
      }
      if (known !== null) await takeOver(tx, known, given);
      const before = replaces === undefined ? null : await takeOut(tx, user.id, replaces);
      const row: PushSubscriptionEntity = {
        ...{ id: newId(), ...given, projects: projects ?? before?.projects ?? [], createdAt: given.renewedAt },
        ...{ deliveredAt: before?.deliveredAt ?? null, error: null },
      };
      await insert(PushSubscriptionEntity, row)(tx);
      await dropBeyond(tx, user.id);
      return row;
    };
    return this.database.write(stored, { lane: user.id });
  }

  /** @throws DomainError `push_device_not_found`, `project_not_found` */
  async choose(user: Principal, id: string, projects: string[] | undefined): Promise<PushSubscriptionEntity> {
    const row = await this.find(user, id);
    await this.requireProjects(user, projects);
    await this.database.write(update(PushSubscriptionEntity, { id }, { projects }), { lane: user.id });
    return { ...row, ...(projects !== undefined && { projects }) };
  }

  /** With what waits for it. @throws DomainError `push_device_not_found` */
  async remove(user: Principal, id: string): Promise<void> {
    await this.find(user, id);
    await this.database.write(removeSubscription(id), { lane: id });
  }

  /** Has something sent to it, to see whether it arrives, by one attempt. @throws DomainError `push_device_not_found`, `too_many_push_tests`, `web_push_off` */
  async test(user: Principal, id: string): Promise<PushSubscriptionEntity> {
    this.requireKey();
    const row = await this.find(user, id);
    const at = now();
    const expiresAt = new Date(Date.parse(at) + TEST_MS).toISOString();
    const news = { kind: 'test' as const, chatId: null, subjectId: null, turnStatus: null, expiresAt };
    const stored: Write<void> = async (tx) => {
      const waiting = await tx.countBy(PushNoticeEntity, { subscriptionId: id, kind: 'test' });
      if (waiting >= MAX_TESTS) throw TOO_MANY_TESTS;
      await insert(PushNoticeEntity, newNotice(id, news, at))(tx);
    };
    await this.database.write(stored, { lane: id });
    return row;
  }

  private async find({ id: userId }: Principal, id: string): Promise<PushSubscriptionEntity> {
    const row = isId(id) ? await this.database.read.findOneBy(PushSubscriptionEntity, { id, userId }) : null;
    if (row === null) throw notFound('push device', id);
    return row;
  }

  private requireKey(): string {
    const { publicKey } = this;
    if (publicKey === null) throw OFF;
    return publicKey;
  }

  private async requireProjects(user: Principal, projects: readonly string[] = []): Promise<void> {
    const roles = await this.access.rolesIn(user, projects.filter(isId));
    const missing = projects.find((id) => !roles.has(id));
    if (missing !== undefined) throw notFound('project', missing);
  }
}

const hashOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex');

/** A browser goes to whoever has signed in with it now; who only knows its address does not get it. */
async function takeOver(
  tx: WriteTransaction,
  known: PushSubscriptionEntity,
  given: Pick<PushSubscriptionEntity, 'p256dh' | 'auth'>,
): Promise<void> {
  if (known.p256dh !== given.p256dh || known.auth !== given.auth) throw TAKEN;
  await removeSubscription(known.id)(tx);
}

async function takeOut(tx: WriteTransaction, userId: string, endpoint: string): Promise<PushSubscriptionEntity | null> {
  const before = await tx.findOneBy(PushSubscriptionEntity, { userId, endpointHash: hashOf(endpoint) });
  if (before !== null) await removeSubscription(before.id)(tx);
  return before;
}

async function dropBeyond(tx: WriteTransaction, userId: string): Promise<void> {
  const beyond = `SELECT "id" FROM "push_subscriptions" WHERE "user_id" = $1
    ORDER BY "renewed_at" DESC, "id" DESC LIMIT 100 OFFSET ${MAX_DEVICES}`;
  for (const { id } of await tx.all(beyond, [userId])) await removeSubscription(String(id))(tx);
}

/** @throws DomainError `invalid_push_key`: nothing can be encrypted for it */
function requirePoint(p256dh: string): void {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  try {
    pair.computeSecret(Buffer.from(p256dh, 'base64url'));
  } catch {
    throw invalid('invalid_push_key', 'keys.p256dh is no point of the curve P-256.');
  }
}

const OFF = new DomainError(
  404,
  'web_push_off',
  'The operator has switched notifications to closed pages off (WEB_PUSH).',
);
const TAKEN = conflict('push_endpoint_taken', 'The address is registered with other keys by another user.');
const TOO_MANY_TESTS = conflict('too_many_push_tests', `${MAX_TESTS} tests of this browser wait already.`);
