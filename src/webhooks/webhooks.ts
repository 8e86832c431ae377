import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { isReader, READER } from '../access/service-role';
import type { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, DomainError, notFound } from '../common/domain.error';
import { isId, newId } from '../common/ids';
import { WebhookConfig } from '../config/webhook.config';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import type { Write } from '../database/write-queue';
import { cancelPending } from './delivery-queue';
import { WebhookHosts } from './webhook-hosts';
import { WebhookSecrets } from './webhook-secrets';
import { DEFAULT_CONCURRENCY, type CreateWebhookDto, type UpdateWebhookDto } from './webhook.dto';
import { WebhookEntity } from './webhook.entity';

/** A webhook and its new secret, which is readable here alone. */
export interface WithSecret {
  readonly webhook: WebhookEntity;
  readonly secret: string;
}

/** Webhooks of users and projects: who may see, add and change them. Those of a project are its owners' and editors'. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly config: WebhookConfig,
    private readonly hosts: WebhookHosts,
    private readonly secrets: WebhookSecrets,
    private readonly audit: AuditLog,
  ) {}

  /** The user's own, oldest first; or those of a project. @throws DomainError `project_not_found`, `read_only` */
  async list(user: User, projectId?: string): Promise<WebhookEntity[]> {
    if (projectId !== undefined) await this.access.requireProject(user, projectId, 'write');
    const where = projectId === undefined ? { userId: user.id } : { projectId };
    return this.database.read.find(WebhookEntity, { where, order: { id: 'ASC' } });
  }

  /** @throws DomainError `webhook_not_found`, also for one that the user may not see; `read_only` */
  async find(user: User, id: string, level: 'read' | 'write'): Promise<WebhookEntity> {
    const row = isId(id) ? await this.database.read.findOneBy(WebhookEntity, { id }) : null;
    if (row === null || (row.userId !== null && row.userId !== user.id)) throw notFound('webhook', id);
    if (row.projectId !== null) {
      await this.access.requireProject(user, row.projectId, 'write').catch((error: unknown) => {
        throw error instanceof DomainError && error.status === 404 ? notFound('webhook', id) : error;
      });
    } else if (level === 'write' && isReader(user)) throw READER;
    return row;
  }

  /**
   * @throws DomainError `webhook_host_not_allowed`, `too_many_webhooks`, `encryption_key_missing`, `project_not_found`,
   * `read_only`
   */
  async create(user: User, input: CreateWebhookDto, projectId?: string): Promise<WithSecret> {
    if (projectId !== undefined) await this.access.requireProject(user, projectId, 'write');
    else if (isReader(user)) throw READER;
    const owner = projectId === undefined ? { userId: user.id, projectId: null } : { userId: null, projectId };
    const { name, events, includeContent = false, concurrency = DEFAULT_CONCURRENCY, enabled = true } = input;
    const id = newId();
    const at = now();
    const { secret, stored } = this.secrets.make(id);
    const webhook: WebhookEntity = {
      ...{ id, ...owner, authorId: user.id, name, url: this.address(input.url), events, includeContent, concurrency },
      ...{ ...stored, enabled, disabledReason: null, failingSince: null, dropped: 0, createdAt: at, updatedAt: at },
    };
    const { webhooksMax } = this.config;
    const made: Write<void> = async (tx) => {
      const others = await tx.countBy(WebhookEntity, projectId === undefined ? { userId: user.id } : { projectId });
      if (others >= webhooksMax) throw tooMany(webhooksMax);
      await insert(WebhookEntity, webhook)(tx);
    };
    await this.database.write(made, { lane: projectId ?? user.id });
    this.note('webhook.created', user, webhook);
    return { webhook, secret };
  }

  /** What is left out stays. Whoever switches one of a project on again stands for it. @throws as `find` and `create` */
  async update(user: User, id: string, change: UpdateWebhookDto): Promise<WebhookEntity> {
    const row = await this.find(user, id, 'write');
    const { url, enabled } = change;
    const fields = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const changed: Partial<WebhookEntity> = {
      ...fields,
      ...(url !== undefined && { url: this.address(url) }),
      ...(enabled === true && { disabledReason: null, failingSince: null, authorId: user.id }),
      updatedAt: now(),
    };
    const written: Write<void> = async (tx) => {
      if ((await update(WebhookEntity, { id }, changed)(tx)) === 0) throw notFound('webhook', id);
      if (enabled === false) await cancelPending(id, 'The webhook was switched off.')(tx);
    };
    await this.database.write(written, { lane: id });
    const webhook = { ...row, ...changed };
    this.note('webhook.changed', user, webhook);
    return webhook;
  }

  /** The secret so far signs for another day. @throws as `find`; DomainError `encryption_key_missing` */
  async rotate(user: User, id: string): Promise<WithSecret> {
    const row = await this.find(user, id, 'write');
    const { secret, stored } = this.secrets.rotate(row);
    const changed = { ...stored, updatedAt: now() };
    await this.database.write(update(WebhookEntity, { id, secret: row.secret }, changed), { lane: id });
    this.note('webhook.secret_rotated', user, row);
    return { webhook: { ...row, ...changed }, secret };
  }

  /** With all that it was to be told. @throws as `find` */
  async delete(user: User, id: string): Promise<void> {
    const row = await this.find(user, id, 'write');
    const deleted: Write<void> = async (tx) => {
      await tx.delete(WebhookEntity, { id });
      await tx.run('DELETE FROM "webhook_deliveries" WHERE "webhook_id" = $1', [id]);
    };
    await this.database.write(deleted, { lane: id });
    this.note('webhook.deleted', user, row);
  }

  private address(text: string): string {
    const url = new URL(text);
    this.hosts.requireAllowed(url);
    url.hash = '';
    return url.href;
  }

  private note(action: string, by: User, { id, name, url }: WebhookEntity): void {
    this.audit.record({ action, by, target: { kind: 'webhook', id }, detail: { name, host: new URL(url).host } });
  }
}

const tooMany = (most: number): DomainError =>
  conflict('too_many_webhooks', `There are ${most} webhooks already, which is the most (WEBHOOKS_MAX).`);
