import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { join } from 'node:path';
import { ChatEntity } from '../chat/entities/chat.entity';
import { EventLog } from '../chat/event-log/event-log';
import type { EventDraft } from '../chat/event-log/chat-event';
import { ComponentLogger, Logger } from '../common/logger';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import { DataDirectories } from '../runtime/data-directories';
import { WorkspaceChanges } from '../workspaces/workspace-changes';
import { SnapshotKeeper } from './snapshot-keeper';
import { SnapshotRecorder } from './snapshot-recorder';
import { NOTHING, recorded, SnapshotRows } from './snapshot-rows';
import type { TreeChange } from './snapshot-store';
import { isInRepository, namesInTree } from './tree-path';
import { isAmong } from './workspace-scan';
import { restore, shownOf } from './workspace-restoring';
import { WorkspaceSnapshot } from './workspace-snapshot.entity';

const MAX_TOLD_PATHS = 100;

/** What is told of a restore that is done. */
export interface ToldRestore {
  readonly turnId: string | null;
  readonly when: 'before' | 'after' | null;
  readonly changes: readonly TreeChange[];
}

const NOTHING_TOLD: ToldRestore = { turnId: null, when: null, changes: [] };

/**
 * Makes workspaces what was recorded. The goal is stored before the first file is changed: what breaks off is brought to its end at
 * the next start, and before the chat's next turn.
 */
@Injectable()
export class WorkspaceMaking implements OnApplicationBootstrap {
  private readonly logger: ComponentLogger;
  private readonly unfinished = new Map<string, WorkspaceSnapshot>();
  /** By chat: what is being made. */
  private readonly atWork = new Map<string, Promise<void>>();

  constructor(
    private readonly keeper: SnapshotKeeper,
    private readonly rows: SnapshotRows,
    private readonly recorder: SnapshotRecorder,
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly changes: WorkspaceChanges,
    private readonly directories: DataDirectories,
    private readonly config: SnapshotConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'snapshots' });
  }

  /** Takes up what a process that died has not brought to its end; the chats' turns wait for it. */
  async onApplicationBootstrap(): Promise<void> {
    for (const row of await this.rows.unfinished()) this.unfinished.set(row.chatId, row);
    void this.finishAll();
  }

  /**
   * Makes the workspace what a row says that is stored already, with its `restoring`.
   *
   * @throws DomainError 503 `storage_low`; GitError, Error of the file system: it is unfinished then
   */
  async make(chat: ChatEntity, row: WorkspaceSnapshot, told: ToldRestore = NOTHING_TOLD): Promise<void> {
    this.unfinished.set(chat.id, row);
    await this.finish(chat, told);
  }

  /** Brings a workspace to its end that is being made something; at once where there is none. @throws as `make` */
  async finish(chat: ChatEntity, told: ToldRestore = NOTHING_TOLD): Promise<void> {
    const running = this.atWork.get(chat.id);
    if (running !== undefined) return running;
    const row = this.unfinished.get(chat.id);
    if (row?.restoring == null) return;
    const work = this.work(chat, row, row.restoring, told).finally(() => this.atWork.delete(chat.id));
    this.atWork.set(chat.id, work);
    await work;
  }

  /** A chat that is deleted. */
  forget(chatId: string): void {
    this.unfinished.delete(chatId);
  }

  private async finishAll(): Promise<void> {
    for (const { chatId } of [...this.unfinished.values()]) {
      const chat = await this.database.untilRead((read) => read.findOneBy(ChatEntity, { id: chatId }));
      if (chat === null) continue;
      await this.finish(chat).catch((error: unknown) => {
        this.logger.error(
          { err: error, chatId },
          'a workspace is between two states; it is tried again before its next turn',
        );
      });
    }
  }

  private async work(chat: ChatEntity, row: WorkspaceSnapshot, to: string, told: ToldRestore): Promise<void> {
    const goal = await this.database.untilRead((read) =>
      read.findOneBy(WorkspaceSnapshot, { chatId: chat.id, commitId: to }),
    );
    const folder = this.keeper.workspaceOf(chat);
    const drafts = join(this.directories.sessionOf(chat.userId, chat.id), 'restoring');
    const timeoutMs = this.config.timeoutSeconds * 1000;
    // From what is there now, which is not what was recorded where it was broken off.
    await this.keeper.record(chat, { newest: null, signal: AbortSignal.timeout(timeoutMs) }, async (now, store) => {
      await store.prepare();
      const alone = new Set([...now.skipped, ...(goal?.skipped ?? [])].map(({ path }) => path));
      const terms = { from: now.commitId, to, drafts, timeoutMs };
      await restore(store, folder, { ...terms, isLeftAlone: (path) => isAmong(alone, path) });
      await this.end(chat, row, goal, told);
      return false;
    });
    this.unfinished.delete(chat.id);
    const paths = told.changes.filter(({ path }) => !isInRepository(namesInTree(path).names)).map(shownOf);
    this.changes.note(chat, 'user', paths.length > MAX_TOLD_PATHS ? [] : paths);
    this.recorder.noteRecorded(chat.id);
  }

  /** With the store locked. */
  private async end(
    chat: ChatEntity,
    row: WorkspaceSnapshot,
    goal: WorkspaceSnapshot | null,
    { turnId, when, changes }: ToldRestore,
  ): Promise<void> {
    const done = update(WorkspaceSnapshot, { id: row.id }, { restoring: null });
    if (row.kind !== 'undo') {
      await this.database.write(done, { lane: chat.id });
      return;
    }
    const { files, bytes, skipped } = goal ?? NOTHING;
    const place = { kind: 'restored', turnId: row.turnId, position: row.position } as const;
    const restored = recorded(chat, place, { files, bytes, skipped, commitId: row.restoring ?? '' });
    await this.keeper.refer(chat, [restored]);
    const countOf = (kind: TreeChange['kind']): number => changes.filter((change) => change.kind === kind).length;
    const counts = { added: countOf('added'), changed: countOf('changed'), deleted: countOf('deleted') };
    const data = { turnId, when, undoSnapshotId: row.id, ...counts };
    const event: EventDraft = { type: 'workspace.restored', turnId: null, data };
    const entry = { events: [event], writes: [done, insert(WorkspaceSnapshot, restored)] };
    await this.log.append({ chatId: chat.id, userId: chat.userId }, entry, 'retry');
  }
}
