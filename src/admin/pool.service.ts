import { Injectable } from '@nestjs/common';
import { AppServerPool } from '../app-server/pool/pool';
import { GroupStatus, PoolUsage } from '../app-server/pool/pool-status';
import { FixedSizeError, InstanceStateError, UnknownInstanceError } from '../app-server/pool/pool.errors';
import { TurnQueue } from '../chat/turns/turn-queue';
import { conflict, notFound } from '../common/domain.error';
import { PoolConfig } from '../config/pool.config';
import { Page, PageRequest } from '../database/page';
import { SessionRoutes } from '../gateway/routing/session-routes';
import { newestFirst } from './newest-first';
import {
  PoolDto,
  PoolGroupDto,
  PoolSessionDto,
  PoolTransitionDto,
  TransitionsQueryDto,
  UpdatePoolDto,
} from './pool.dto';

/** The pool as an administrator sees and changes it. Changes last until the service is restarted. */
@Injectable()
export class PoolService {
  constructor(
    private readonly pool: AppServerPool,
    private readonly config: PoolConfig,
    private readonly queue: TurnQueue,
    private readonly routes: SessionRoutes,
  ) {}

  async view(): Promise<PoolDto> {
    const usage = await this.pool.administration.usage();
    const { waiting, groups } = this.pool.status();
    const { selectionStrategy, size } = this.pool.administration.settings;
    const { isolation, maxSessions, turnQueueSize } = this.config;
    const queue = { queuedTurns: this.queue.length, queueLimit: turnQueueSize, waiting };
    const viewed = groups.map((group) => viewOf(group, usage));
    return { isolation, selectionStrategy, size, maxSessions, ...queue, groups: viewed };
  }

  /** @throws DomainError `fixed_pool_size` */
  update({ size, selectionStrategy }: UpdatePoolDto): Promise<PoolDto> {
    if (size !== undefined) this.order(() => this.pool.administration.resize(size));
    if (selectionStrategy !== undefined) this.pool.administration.select(selectionStrategy);
    return this.view();
  }

  /** @throws DomainError `instance_not_found`, `instance_state` */
  drain(instanceId: string): Promise<PoolDto> {
    this.order(() => this.pool.administration.drain(instanceId));
    return this.view();
  }

  /** @throws DomainError `instance_not_found`, `instance_state` */
  restart(instanceId: string): Promise<PoolDto> {
    this.order(() => this.pool.administration.restart(instanceId));
    return this.view();
  }

  /** @throws DomainError `invalid_cursor` */
  transitions({ instanceId, ...request }: TransitionsQueryDto): Page<PoolTransitionDto> {
    return newestFirst(this.pool.administration.transitions(instanceId), request, ({ id }) => id);
  }

  /** @throws DomainError `invalid_cursor` */
  sessions(request: PageRequest): Page<PoolSessionDto> {
    const { data, nextCursor } = newestFirst(this.pool.administration.threads(), request, ({ threadId }) => threadId);
    const sessions = data.map(({ threadId, instanceId, groupId, leased }) => {
      const route = this.routes.find(threadId);
      const owner = { chatId: route?.chatId ?? null, userId: route?.userId ?? null };
      return { threadId, instanceId, groupId, ...owner, running: leased };
    });
    return { data: sessions, nextCursor };
  }

  private order(give: () => void): void {
    try {
      give();
    } catch (error) {
      throw domainErrorOf(error);
    }
  }
}

function viewOf({ id, key, waiting, lastUsedAt, instances }: GroupStatus, usage: PoolUsage): PoolGroupDto {
  const userId = key.kind === 'shared' ? null : key.userId;
  const chatId = key.kind === 'session' ? key.chatId : null;
  const viewed = instances.map((instance) => {
    const { rssBytes = null, descriptors = null, ageMs = null } = usage.get(instance.id) ?? {};
    return { ...instance, rssBytes, descriptors, ageSeconds: ageMs === null ? null : Math.round(ageMs / 1000) };
  });
  return { id, kind: key.kind, userId, chatId, waiting, lastUsedAt, instances: viewed };
}

function domainErrorOf(error: unknown): unknown {
  if (error instanceof UnknownInstanceError) return notFound('instance', error.instanceId);
  if (error instanceof InstanceStateError) {
    return conflict('instance_state', `App-server ${error.instanceId} is ${error.state}; try again later.`);
  }
  if (error instanceof FixedSizeError) {
    return conflict('fixed_pool_size', 'Each user or chat has one process of its own; there is no number to choose.');
  }
  return error;
}
