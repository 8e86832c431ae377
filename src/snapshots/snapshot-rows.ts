import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, LessThanOrEqual, Not } from 'typeorm';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { TurnEntity } from '../chat/entities/turn.entity';
import { AgentActionEntity } from '../chat/entities/agent-action.entity';
import type { SkippedEntry, SnapshotDto } from '../chat/dto/snapshot.dto';
import { now } from '../common/clock';
import { newId } from '../common/ids';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { EMPTY_TREE, referenceOf } from './snapshot-store';
import type { Recording } from './workspace-recording';
import { SnapshotKind, WorkspaceSnapshot } from './workspace-snapshot.entity';

/** Of what was skipped: kept in the row, so that a restore leaves it alone; shown. */
const MAX_SKIPPED = 1_000;
const MAX_SHOWN = 100;
const DAY_MS = 86_400_000;
const TRIMMED_AT_ONCE = 200;

/** Where among the turns of its chat a snapshot belongs. */
export interface SnapshotPlace {
  readonly kind: SnapshotKind;
  readonly turnId: string | null;
  readonly position: number;
}

export const afterTurn = ({ id, ordinal }: Pick<TurnEntity, 'id' | 'ordinal'>): SnapshotPlace => ({
  ...{ kind: 'turn', turnId: id, position: 2 * ordinal },
});
export const beforeTurn = ({ id, ordinal }: Pick<TurnEntity, 'id' | 'ordinal'>): SnapshotPlace => ({
  ...{ kind: 'before', turnId: id, position: 2 * ordinal - 1 },
});

/** The rows of snapshots. */
@Injectable()
export class SnapshotRows {
  constructor(
    private readonly database: Database,
    private readonly config: SnapshotConfig,
  ) {}

  /** The newest of a chat that tells its state; `undo` does not. */
  async newest(chatId: string, upTo?: number): Promise<WorkspaceSnapshot | undefined> {
    const where = {
      chatId,
      kind: Not('undo' as const),
      ...(upTo !== undefined && { position: LessThanOrEqual(upTo) }),
    };
    const order = { position: 'DESC', id: 'DESC' } as const;
    const [row] = await this.database.untilRead((read) => read.find(WorkspaceSnapshot, { where, order, take: 1 }));
    return row;
  }

  /** The last turn of a chat that has ended; undefined where none has. */
  async lastEnded(chatId: string): Promise<TurnEntity | undefined> {
    const where = { chatId, status: In(['completed', 'interrupted', 'failed']) };
    const [turn] = await this.database.untilRead((read) =>
      read.find(TurnEntity, { where, order: { ordinal: 'DESC' }, take: 1 }),
    );
    return turn;
  }

  /** Whether the agent has done anything in the chat before a turn. */
  async hasActionsBefore(chatId: string, ordinal: number): Promise<boolean> {
    const query = this.database.read
      .createQueryBuilder(AgentActionEntity, 'action')
      .innerJoin(TurnEntity, 'turn', 'turn.id = action.turnId')
      .where('action.chatId = :chatId AND turn.ordinal < :ordinal', { chatId, ordinal });
    return query.getExists();
  }

  /** Those of restores that have not come to their end. */
  unfinished(): Promise<WorkspaceSnapshot[]> {
    return this.database.untilRead((read) => read.findBy(WorkspaceSnapshot, { restoring: Not(IsNull()) }));
  }

  /**
   * Deletes what is beyond the newest of a chat that are kept, and what is too old but for the newest.
   *
   * @returns the references that kept them
   */
  async trim(chatId: string): Promise<string[]> {
    const { kept, days } = this.config;
    const order = { id: 'DESC' } as const;
    const select = { id: true, createdAt: true, restoring: true } as const;
    const where = { chatId };
    const { read } = this.database;
    const surplus = await read.find(WorkspaceSnapshot, {
      where,
      order,
      select,
      skip: Math.max(1, kept),
      take: TRIMMED_AT_ONCE,
    });
    if (days > 0) {
      const old = { chatId, createdAt: LessThan(new Date(Date.now() - days * DAY_MS).toISOString()) };
      const [newest] = await read.find(WorkspaceSnapshot, { where, order, select, take: 1 });
      const tooOld = await read.find(WorkspaceSnapshot, {
        where: old,
        order: { id: 'ASC' },
        select,
        take: TRIMMED_AT_ONCE,
      });
      surplus.push(...tooOld.filter(({ id }) => id !== newest?.id));
    }
    const ids = [...new Set(surplus.filter(({ restoring }) => restoring === null).map(({ id }) => id))];
    if (ids.length > 0)
      await this.database.write((tx) => tx.delete(WorkspaceSnapshot, { id: In(ids) }), { lane: chatId });
    return ids.map((id) => referenceOf(chatId, id));
  }
}

/** A row of what was recorded. */
export function recorded(
  { id: chatId, userId }: Pick<ChatEntity, 'id' | 'userId'>,
  place: SnapshotPlace,
  { commitId, files, bytes, skipped }: Omit<Recording, 'hasReference'>,
  id = newId(),
): WorkspaceSnapshot {
  return {
    ...{ id, userId, chatId, ...place, commitId, files, bytes, reason: null, restoring: null, createdAt: now() },
    ...{ skipped: shortened(skipped), skippedCount: skipped.length },
  };
}

export const NOTHING: Recording = { commitId: EMPTY_TREE, files: 0, bytes: 0, skipped: [], hasReference: false };

const shortened = (skipped: readonly SkippedEntry[]): SkippedEntry[] => skipped.slice(0, MAX_SKIPPED);

export function toSnapshotDto(row: WorkspaceSnapshot): SnapshotDto {
  const { id, chatId, turnId, kind, commitId, files, bytes, skipped, skippedCount, createdAt } = row;
  return {
    ...{ id, chatId, turnId, kind, available: commitId !== null, reason: row.reason as SnapshotDto['reason'] },
    ...{ files, bytes, skipped: skipped.slice(0, MAX_SHOWN), skippedCount, createdAt },
  };
}
