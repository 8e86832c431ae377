import { Injectable } from '@nestjs/common';
import { LessThan, Not } from 'typeorm';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import type { PageQueryDto } from '../chat/dto/page.dto';
import type { SnapshotDto } from '../chat/dto/snapshot.dto';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { TurnEntity } from '../chat/entities/turn.entity';
import { conflict, DomainError, invalid, notFound } from '../common/domain.error';
import { Database } from '../database/database';
import { type Page, readNewest } from '../database/page';
import { GitError } from '../runtime/git/git.errors';
import { changesOf, diffOf, lineNumbersOf } from './snapshot-diff';
import { SnapshotKeeper } from './snapshot-keeper';
import { SnapshotRecorder } from './snapshot-recorder';
import { afterTurn, SnapshotRows, toSnapshotDto } from './snapshot-rows';
import { EMPTY_TREE } from './snapshot-store';
import type { RestoreDto, RestoredDto, SnapshotDiffDto } from './snapshot.dto';
import { RestoreGoal, WorkspaceRestores } from './workspace-restores';
import { WorkspaceSnapshot } from './workspace-snapshot.entity';

const MAX_LEFT_ALONE = 100;

export type When = 'before' | 'after';

/** What a turn has changed. */
export interface TurnDiff {
  readonly turnId: string;
  /** As `git diff-tree --numstat -z` prints them. */
  readonly lineNumbers: Buffer;
  /** Unified. */
  readonly diff: string;
  /** Whether there is more of it. */
  readonly truncated: boolean;
}

/** What was recorded of a chat's workspace, for its users. */
@Injectable()
export class Snapshots {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly database: Database,
    private readonly rows: SnapshotRows,
    private readonly keeper: SnapshotKeeper,
    private readonly recorder: SnapshotRecorder,
    private readonly restores: WorkspaceRestores,
  ) {}

  /** The newest first. @throws DomainError `chat_not_found`, `invalid_cursor` */
  async list(user: User, chatId: string, request: PageQueryDto): Promise<Page<SnapshotDto>> {
    const chat = await this.directory.find(user, chatId, 'read');
    const query = this.database.read
      .createQueryBuilder(WorkspaceSnapshot, 'row')
      .where('row.chatId = :chatId', { chatId: chat.id });
    const page = await readNewest(query, request);
    return { ...page, data: page.data.map(toSnapshotDto) };
  }

  /**
   * What has changed between two snapshots.
   *
   * @throws DomainError `chat_not_found`, `snapshot_not_found`, `snapshot_unavailable`
   */
  async diff(user: User, chatId: string, snapshotId: string, against?: string): Promise<SnapshotDiffDto> {
    const chat = await this.directory.find(user, chatId, 'read');
    const snapshot = await this.found(chat, snapshotId);
    const before = against === undefined ? await this.before(snapshot) : await this.found(chat, against);
    const [from, to] = [before === undefined ? EMPTY_TREE : commitOf(before), commitOf(snapshot)];
    const store = this.keeper.storeOf(chat);
    const shown = { snapshot: toSnapshotDto(snapshot), against: before ? toSnapshotDto(before) : null };
    if (!store.exists) return { ...shown, ...changesOf([]), diff: '', truncated: false };
    const changes = changesOf(await said(store.changes(from, to)));
    return { ...shown, ...changes, ...(await said(diffOf(store, from, to))) };
  }

  /**
   * What the last turn that has ended has changed; undefined where that was no file.
   *
   * @param path of one file or folder; empty: of all
   * @throws DomainError `chat_not_found`, `snapshot_unavailable`
   */
  async diffOfLastTurn(user: User, chatId: string, path: string): Promise<TurnDiff | undefined> {
    const chat = await this.directory.find(user, chatId, 'read');
    const isRunning = await this.database.read.existsBy(TurnEntity, { chatId: chat.id, status: 'running' });
    if (!isRunning) await this.recorder.bringUpToDate(chat);
    const turn = await this.rows.lastEnded(chat.id);
    if (turn === undefined) return undefined;
    const after = await this.rows.newest(chat.id, afterTurn(turn).position);
    const store = this.keeper.storeOf(chat);
    if (after?.turnId !== turn.id || after.kind !== 'turn' || !store.exists) return undefined;
    const before = await this.before(after);
    const [from, to] = [before === undefined ? EMPTY_TREE : commitOf(before), commitOf(after)];
    const lineNumbers = await said(lineNumbersOf(store, from, to, path));
    return { turnId: turn.id, lineNumbers, ...(await said(diffOf(store, from, to, path))) };
  }

  /**
   * Brings the files of a chat back, or tells what that would change.
   *
   * @throws DomainError `chat_not_found`, `read_only`, `turn_not_found`, `snapshot_not_found`, `snapshot_unavailable`, `turn_running`,
   * `storage_low`, `workspace_not_restored`
   */
  async restore(user: User, chatId: string, input: RestoreDto): Promise<RestoredDto> {
    const chat = await this.directory.find(user, chatId, 'write');
    const goal = await this.goalOf(chat, input);
    const isPreview = input.preview === true;
    const work = isPreview ? this.restores.preview(chat, goal) : this.restores.restore(chat, goal);
    const { changes, leftAlone, undo } = await said(work);
    return {
      ...{ preview: isPreview, ...changesOf(changes), leftAlone: leftAlone.slice(0, MAX_LEFT_ALONE) },
      undoSnapshotId: undo?.id ?? null,
    };
  }

  /**
   * The recorded state before or after a turn; undefined where there is none any more, or never was.
   *
   * @throws DomainError 409 `snapshot_unavailable` where it is known that it could not be recorded
   */
  async stateAt(
    chat: ChatEntity,
    turn: Pick<TurnEntity, 'ordinal'>,
    when: When,
  ): Promise<WorkspaceSnapshot | 'empty' | undefined> {
    await this.recorder.bringUpToDate(chat);
    const found = await this.rows.newest(chat.id, 2 * turn.ordinal - (when === 'before' ? 1 : 0));
    if (found !== undefined) return found;
    const hasNone = (await this.rows.newest(chat.id)) === undefined;
    // What a turn has made that runs now was not there before it.
    return hasNone && (this.recorder.isUpToDate(chat.id) || (await this.recorder.isKnownEmpty(chat)))
      ? 'empty'
      : undefined;
  }

  private async goalOf(chat: ChatEntity, { turnId, when = 'after', snapshotId }: RestoreDto): Promise<RestoreGoal> {
    if ((turnId === undefined) === (snapshotId === undefined)) {
      throw invalid('validation_failed', 'A restore names a turn (turnId), or a snapshot (snapshotId), and not both.');
    }
    if (snapshotId !== undefined) return goal(await this.found(chat, snapshotId), null, null);
    const turn = await this.database.read.findOneBy(TurnEntity, { id: turnId ?? '', chatId: chat.id });
    if (turn === null) throw notFound('turn', turnId ?? '');
    const state = await this.stateAt(chat, turn, when);
    if (state === undefined) throw MISSING;
    return state === 'empty'
      ? { commitId: EMPTY_TREE, skipped: [], turnId: turn.id, when }
      : goal(state, turn.id, when);
  }

  private async found(chat: ChatEntity, id: string): Promise<WorkspaceSnapshot> {
    const row = await this.database.read.findOneBy(WorkspaceSnapshot, { id, chatId: chat.id });
    if (row === null) throw notFound('snapshot', id);
    return row;
  }

  private async before({ chatId, id }: WorkspaceSnapshot): Promise<WorkspaceSnapshot | undefined> {
    const where = { chatId, id: LessThan(id), kind: Not('undo' as const) };
    const [row] = await this.database.read.find(WorkspaceSnapshot, { where, order: { id: 'DESC' }, take: 1 });
    return row;
  }
}

const MISSING = conflict(
  'snapshot_unavailable',
  'What the files were like then is not recorded, or not any more (SNAPSHOTS_KEPT, SNAPSHOTS_DAYS).',
);

/** @throws DomainError 409 `snapshot_unavailable` */
export function commitOf({ commitId, reason }: WorkspaceSnapshot): string {
  if (commitId !== null) return commitId;
  throw conflict(
    'snapshot_unavailable',
    `What the files were like then could not be recorded (${reason ?? 'unknown'}).`,
  );
}

const goal = (row: WorkspaceSnapshot, turnId: string | null, when: When | null): RestoreGoal => ({
  ...{ commitId: commitOf(row), skipped: row.skipped.map(({ path }) => path), turnId, when },
});

/** What git says is not for users: it may name folders of the service. */
export async function said<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const detail =
      error instanceof GitError && error.reason === 'absent'
        ? 'There is no git on the machine of the service.'
        : 'The files could not be gone through in time, or not be written. What was begun is brought to its end before the next turn.';
    throw new DomainError(503, 'workspace_not_restored', detail, { cause: error, retryAfterSeconds: 5 });
  }
}
