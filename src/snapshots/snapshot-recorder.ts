import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageLimits } from '../access/limits/usage-limits';
import type { NoSnapshotReason } from '../chat/dto/snapshot.dto';
import { ChatEntity } from '../chat/entities/chat.entity';
import type { RemovedChat } from '../chat/entities/removed-chat.entity';
import type { TurnEntity } from '../chat/entities/turn.entity';
import type { EventDraft } from '../chat/event-log/chat-event';
import { EventLog } from '../chat/event-log/event-log';
import { DomainError } from '../common/domain.error';
import { BoundedMap } from '../common/bounded-map';
import { newId } from '../common/ids';
import { ComponentLogger, Logger } from '../common/logger';
import { Semaphore } from '../common/semaphore';
import { SnapshotConfig } from '../config/snapshot.config';
import { insert } from '../database/rows';
import { GitError } from '../runtime/git/git.errors';
import { StorageSpace } from '../runtime/storage-space';
import { WorkspaceChanges } from '../workspaces/workspace-changes';
import { afterTurn, beforeTurn, NOTHING, recorded, SnapshotPlace, SnapshotRows, toSnapshotDto } from './snapshot-rows';
import { SnapshotKeeper } from './snapshot-keeper';
import { EMPTY_TREE } from './snapshot-store';
import { WorkspaceSnapshot } from './workspace-snapshot.entity';

/** Workspaces that are gone through at once. */
const AT_ONCE = 2;
const MAX_KNOWN = 10_000;
const STOP_MS = 5_000;

interface Job {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Why nothing is recorded, as the reason of a signal. */
class GivenUp extends Error {
  constructor(readonly why: NoSnapshotReason) {
    super(why);
  }
}

const WORDS: Readonly<Record<NoSnapshotReason, string>> = {
  too_many: 'there are too many of them',
  next_turn: 'the next turn began before it was recorded',
  too_slow: 'recording it took too long',
  storage_low: 'the disk of the service is nearly full',
  limit_reached: 'the limit of storage is reached',
  failed: 'it could not be recorded',
  stopped: 'the service was stopped before it was recorded',
};

/**
 * Records workspaces behind the turns that have changed them. What a process that died has not recorded is recorded before the
 * chat's next turn begins: nothing has happened in between.
 */
@Injectable()
export class SnapshotRecorder implements BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly jobs = new Map<string, Job>();
  private readonly permits = new Semaphore(AT_ONCE);
  /** Chats whose newest state has its row, or is known to need none. */
  private readonly known = new BoundedMap<string, true>(MAX_KNOWN);
  private isStopping = false;

  constructor(
    private readonly keeper: SnapshotKeeper,
    private readonly rows: SnapshotRows,
    private readonly log: EventLog,
    private readonly limits: UsageLimits,
    private readonly space: StorageSpace,
    private readonly changes: WorkspaceChanges,
    private readonly config: SnapshotConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'snapshots' });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const all = Promise.all([...this.jobs.values()].map(({ done }) => done));
    await Promise.race([all, sleep(STOP_MS, undefined, { ref: false })]);
    for (const { abort } of this.jobs.values()) abort.abort(new GivenUp('stopped'));
    await all;
  }

  /** Waits for what is being recorded, and records what was not. @throws the signal's reason */
  async beforeTurn(chat: ChatEntity, turn: TurnEntity, signal: AbortSignal): Promise<void> {
    if (this.config.kept === 0) return;
    await this.settled(chat.id, signal);
    const isTouched = this.changes.takeTouched(chat.id);
    if (this.known.has(chat.id) && !isTouched) return;
    const last = this.known.has(chat.id) ? undefined : await this.rows.lastEnded(chat.id);
    this.start(chat, last === undefined ? beforeTurn(turn) : afterTurn(last));
    await this.settled(chat.id, signal);
  }

  afterTurn(chat: ChatEntity, turn: TurnEntity): void {
    if (this.config.kept === 0 || turn.startedAt === null) return;
    const wasKnown = this.known.delete(chat.id);
    // It would outlive the service; the next one records it before the chat's next turn.
    if (this.isStopping) return;
    this.start(chat, afterTurn(turn), wasKnown ? turn : undefined);
  }

  /** Records what is not recorded yet of a chat in which no turn runs; waits for it as long as it takes. */
  async bringUpToDate(chat: ChatEntity): Promise<void> {
    await this.jobs.get(chat.id)?.done;
    if (this.known.has(chat.id) || this.config.kept === 0) return;
    const last = await this.rows.lastEnded(chat.id);
    if (last === undefined) return;
    this.start(chat, afterTurn(last));
    await this.jobs.get(chat.id)?.done;
  }

  /** Whether the newest state of the chat is recorded, or is nothing. */
  isUpToDate(chatId: string): boolean {
    return this.known.has(chatId);
  }

  /** Whether there is nothing in the workspace, and nothing was recorded of it. */
  async isKnownEmpty(chat: ChatEntity): Promise<boolean> {
    const terms = { newest: null, signal: AbortSignal.timeout(this.config.timeoutSeconds * 1000) };
    let isEmpty = false;
    await this.keeper.record(chat, terms, ({ commitId }) => {
      isEmpty = commitId === EMPTY_TREE;
      return Promise.resolve(false);
    });
    return isEmpty;
  }

  /** The chat is being made something else, which is recorded by whoever does that. */
  noteRecorded(chatId: string): void {
    this.changes.takeTouched(chatId);
    this.known.set(chatId, true);
  }

  async remove({ chatId, familyId }: Pick<RemovedChat, 'chatId' | 'familyId'>): Promise<void> {
    const job = this.jobs.get(chatId);
    job?.abort.abort(new GivenUp('stopped'));
    await job?.done;
    this.known.delete(chatId);
    await this.keeper.remove(chatId, familyId ?? chatId);
  }

  /** Resolves when nothing is being recorded of the chat; what takes too long is given up. */
  private async settled(chatId: string, signal: AbortSignal): Promise<void> {
    const job = this.jobs.get(chatId);
    if (job === undefined) return;
    const waiting = new AbortController();
    const ends = AbortSignal.any([signal, waiting.signal]);
    const wait = sleep(this.config.waitSeconds * 1000, undefined, { signal: ends, ref: false }).catch(() => undefined);
    await Promise.race([job.done, wait]);
    waiting.abort();
    job.abort.abort(new GivenUp('next_turn'));
    await job.done;
    signal.throwIfAborted();
  }

  /** @param knownBefore the turn, where the state before it needed no row */
  private start(chat: ChatEntity, place: SnapshotPlace, knownBefore?: TurnEntity): void {
    const abort = new AbortController();
    const before = this.jobs.get(chat.id)?.done ?? Promise.resolve();
    const done = before
      .then(() => this.permits.run(() => this.recordPlace(chat, place, abort.signal, knownBefore)))
      .catch((error: unknown) => {
        // The chat may have been deleted meanwhile; otherwise it is recorded before the next turn.
        this.logger.debug({ err: error, chatId: chat.id }, 'a workspace was not recorded');
      })
      .finally(() => {
        if (this.jobs.get(chat.id)?.done === done) this.jobs.delete(chat.id);
      });
    this.jobs.set(chat.id, { abort, done });
  }

  private async recordPlace(chat: ChatEntity, place: SnapshotPlace, aborted: AbortSignal, knownBefore?: TurnEntity) {
    const tooSlow = AbortSignal.timeout(this.config.timeoutSeconds * 1000);
    const signal = AbortSignal.any([aborted, tooSlow]);
    // Before that of what is recorded: lists are in the order of ids.
    const firstId = newId();
    try {
      signal.throwIfAborted();
      await this.requireRoom(chat);
      const newest = await this.rows.newest(chat.id);
      await this.keeper.record(chat, { newest: newest?.commitId ?? null, signal }, async (recording, _store, id) => {
        const isSame =
          newest === undefined ? recording.commitId === EMPTY_TREE : newest.commitId === recording.commitId;
        if (isSame) return false;
        const first =
          newest === undefined && knownBefore !== undefined ? await this.emptyBefore(chat, knownBefore, firstId) : [];
        await this.store(chat, [...first, recorded(chat, place, recording, id)]);
        return true;
      });
      this.known.set(chat.id, true);
    } catch (error) {
      await this.tellNothing(chat, place, reasonOf(error, aborted, tooSlow), error);
    }
  }

  /** The state that there was no row for: nothing, since the first turn where the agent has done nothing until then. */
  private async emptyBefore(chat: ChatEntity, turn: TurnEntity, id: string): Promise<WorkspaceSnapshot[]> {
    const isFromBeginning = !(await this.rows.hasActionsBefore(chat.id, turn.ordinal));
    return [recorded(chat, { ...beforeTurn(turn), ...(isFromBeginning && { position: 1 }) }, NOTHING, id)];
  }

  private async store(chat: ChatEntity, rows: readonly WorkspaceSnapshot[]): Promise<void> {
    const events = rows
      .filter(({ kind }) => kind === 'turn')
      .map((row): EventDraft => ({
        type: 'snapshot.created',
        turnId: row.turnId,
        data: { snapshot: toSnapshotDto(row) },
      }));
    const writes = rows.map((row) => insert(WorkspaceSnapshot, row));
    await this.log.append({ chatId: chat.id, userId: chat.userId }, { events, writes }, 'retry');
  }

  /** @throws GivenUp */
  private async requireRoom(chat: ChatEntity): Promise<void> {
    if (this.space.isLow) throw new GivenUp('storage_low');
    const left = await this.limits.storageLeft(chat.userId, chat.projectId);
    if (left.some(({ bytes }) => bytes <= 0)) throw new GivenUp('limit_reached');
  }

  /** So that nobody takes an earlier state for this one. */
  private async tellNothing(
    chat: ChatEntity,
    place: SnapshotPlace,
    why: NoSnapshotReason,
    error: unknown,
  ): Promise<void> {
    if (why === 'failed') this.logger.warn({ err: error, chatId: chat.id }, 'a workspace could not be recorded');
    // At the next start nothing has changed: it is recorded then.
    if (why === 'stopped' || this.isStopping) return;
    const row = { ...recorded(chat, place, NOTHING), commitId: null, reason: why };
    const message = `The files of this chat were not recorded: ${WORDS[why]}. They cannot be brought back to this state.`;
    const event: EventDraft = { type: 'snapshot.skipped', turnId: place.turnId, data: { reason: why, message } };
    const entry = { events: [event], writes: [insert(WorkspaceSnapshot, row)] };
    await this.log.append({ chatId: chat.id, userId: chat.userId }, entry, 'refuse');
    this.known.set(chat.id, true);
  }
}

function reasonOf(error: unknown, aborted: AbortSignal, tooSlow: AbortSignal): NoSnapshotReason {
  if (error instanceof GivenUp) return error.why;
  if (aborted.aborted && aborted.reason instanceof GivenUp) return aborted.reason.why;
  if (error instanceof DomainError && error.code === 'workspace_too_large') return 'too_many';
  if (tooSlow.aborted || (error instanceof GitError && error.reason === 'deadline')) return 'too_slow';
  return 'failed';
}
