import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { UsageLimits } from '../access/limits/usage-limits';
import { limitReached } from '../access/limits/limit-reached';
import { User } from '../auth/user';
import { ChatRemoval } from '../chat/chat-removal';
import { ChatEntity } from '../chat/entities/chat.entity';
import { NO_USAGE } from '../chat/entities/token-usage.dto';
import { EventFeed } from '../chat/event-log/event-feed';
import { TurnEntity } from '../chat/entities/turn.entity';
import { now } from '../common/clock';
import { conflict, notFound, unavailable } from '../common/domain.error';
import { newId } from '../common/ids';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { insert } from '../database/rows';
import { StorageSpace } from '../runtime/storage-space';
import type { BranchFiles } from './branch.dto';
import { type BranchPoint, BranchWorkspace } from './branch-workspace';
import { copyTurns, NewIds } from './chat-copy';
import { WorkspaceSnapshot } from '../snapshots/workspace-snapshot.entity';

const MAX_TURNS = 5_000;
const MAX_TITLE = 200;
const RETRY_SECONDS = 60;
const ENDED = In(['completed', 'interrupted', 'failed']);

/** What is other in a branch than in its parent. */
export interface BranchWishes {
  readonly title?: string;
  readonly backend?: string;
  /** That of the parent where it is left out, and so is the backend. */
  readonly model?: string | null;
  /** The caller's own id of it. */
  readonly key: string | null;
}

export interface MadeBranch {
  readonly chat: ChatEntity;
  readonly workspace: BranchFiles;
}

/** Makes chats that branch off from others: rows first, with what their workspaces are to become, then those. */
@Injectable()
export class BranchMaker {
  constructor(
    private readonly database: Database,
    private readonly workspaces: BranchWorkspace,
    private readonly removal: ChatRemoval,
    private readonly limits: UsageLimits,
    private readonly space: StorageSpace,
    private readonly config: SnapshotConfig,
    private readonly feed: EventFeed,
  ) {}

  /**
   * @throws DomainError 409 `turn_running`, `too_many_branches`, `chat_too_long`; 429 `limit_reached`; 503 `storage_low`,
   * `workspace_not_restored`: there is no branch then
   */
  async make(user: User, parent: ChatEntity, point: BranchPoint, wishes: BranchWishes): Promise<MadeBranch> {
    await this.requireRoom(user, parent);
    const turns = await this.turnsBefore(parent, point);
    const branch = await this.chatOf(user, parent, turns.at(-1), wishes);
    const state = await this.workspaces.stateAt(parent, point);
    const row = await this.workspaces.referred(parent, branch, state, turns, (rows, ids) =>
      this.store(parent, branch, { turns, rows, ids }),
    );
    try {
      await this.workspaces.fill(branch, row);
    } catch (error) {
      await this.removal.remove(branch);
      throw error;
    }
    this.feed.touch(branch.id);
    return { chat: branch, workspace: state.kind };
  }

  /** Brings the files of a branch to their end that is not whole yet. @throws DomainError 503 `storage_low`, `workspace_not_restored` */
  finish(branch: ChatEntity): Promise<void> {
    return this.workspaces.finish(branch);
  }

  private async turnsBefore({ id: chatId }: ChatEntity, { turn, when }: BranchPoint): Promise<TurnEntity[]> {
    const { read } = this.database;
    const last = turn.ordinal - (when === 'before' ? 1 : 0);
    const rows = await read
      .createQueryBuilder(TurnEntity, 'turn')
      .where('turn.chatId = :chatId AND turn.ordinal <= :last', { chatId, last })
      .orderBy('turn.ordinal', 'ASC')
      .limit(MAX_TURNS + 1)
      .getMany();
    if (rows.length > MAX_TURNS) throw conflict('chat_too_long', `A branch takes over ${MAX_TURNS} turns at most.`);
    if (rows.some(({ status }) => status === 'running' || status === 'queued')) throw TURN_RUNS;
    return rows;
  }

  private async chatOf(
    user: User,
    parent: ChatEntity,
    last: TurnEntity | undefined,
    { title, backend, model, key }: BranchWishes,
  ): Promise<ChatEntity> {
    const familyId = parent.familyId || parent.id;
    const members = await this.database.read.countBy(ChatEntity, { familyId });
    if (members > this.config.branchesMax) {
      const detail = `A chat and what branched off from it may have ${this.config.branchesMax} branches (BRANCHES_MAX).`;
      throw conflict('too_many_branches', detail);
    }
    const at = now();
    const isMoved = backend !== undefined && backend !== parent.backend;
    return {
      ...parent,
      ...{ id: newId(), userId: user.id, title: title ?? numbered(parent.title, members + 1), archived: false },
      ...(backend !== undefined && { backend }),
      model: model ?? (isMoved ? null : parent.model),
      ...{ codexThreadId: null, threadOrigin: originOf(last), usage: NO_USAGE, storedBytes: 0, snapshotBytes: 0 },
      ...{ parentId: parent.id, parentTurnId: last?.id ?? null, familyId, branchKey: key },
      ...{ lastSeq: 0, toldInstructions: null, createdAt: at, updatedAt: at },
    };
  }

  private async store(
    parent: ChatEntity,
    branch: ChatEntity,
    { turns, rows, ids }: { turns: readonly TurnEntity[]; rows: readonly WorkspaceSnapshot[]; ids: NewIds },
  ): Promise<void> {
    const writing = this.database.write(
      async (tx) => {
        const known = await tx.findOneBy(ChatEntity, { id: parent.id });
        if (known === null) throw notFound('chat', parent.id);
        const ended = await tx.countBy(TurnEntity, { id: In(turns.slice(-1).map(({ id }) => id)), status: ENDED });
        if (turns.length > 0 && ended === 0) throw TURN_RUNS;
        await insert(ChatEntity, { ...branch, projectId: known.projectId, leftOut: known.leftOut })(tx);
        const lastSeq = await copyTurns(tx, { parent, branch, turns, ids });
        await tx.update(ChatEntity, { id: branch.id }, { lastSeq });
        for (const row of rows) await insert(WorkspaceSnapshot, row)(tx);
      },
      { lane: parent.id },
    );
    await this.database.confirmed(writing);
  }

  private async requireRoom(user: User, { projectId }: ChatEntity): Promise<void> {
    if (this.space.isLow)
      throw unavailable('storage_low', 'The disk of the service is nearly full: nothing was stored.');
    const left = await this.limits.storageLeft(user.id, projectId);
    const full = left.find(({ bytes }) => bytes <= 0);
    if (full !== undefined) throw limitReached('storage', RETRY_SECONDS, full.kind);
  }
}

const TURN_RUNS = conflict(
  'turn_running',
  'A turn that the branch would take over runs, or waits. Stop it, or wait for its end, and ask again.',
);

/** Codex's own record, where it has all of the last turn. */
const originOf = (last: TurnEntity | undefined): ChatEntity['threadOrigin'] =>
  last?.synced === true && last.codexThreadId !== null && last.codexTurnId !== null
    ? { threadId: last.codexThreadId, lastTurnId: last.codexTurnId }
    : null;

function numbered(title: string, number: number): string {
  const base = title.replace(/ \(\d+\)$/, '');
  const suffix = ` (${number})`;
  if (base === '') return '';
  // Not half of a character that takes two places.
  return `${base.slice(0, MAX_TITLE - suffix.length).replace(/[\uD800-\uDBFF]$/, '')}${suffix}`;
}
