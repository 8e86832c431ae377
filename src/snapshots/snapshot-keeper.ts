import { Injectable } from '@nestjs/common';
import { mkdir } from 'node:fs/promises';
import { ChatEntity } from '../chat/entities/chat.entity';
import { newId } from '../common/ids';
import { SnapshotConfig } from '../config/snapshot.config';
import { Database } from '../database/database';
import { ConfinedFolder } from '../runtime/confined/confined-folder';
import { DataDirectories } from '../runtime/data-directories';
import { removeFolder } from '../runtime/remove-folder';
import { SnapshotRows } from './snapshot-rows';
import { referenceOf, SnapshotStore } from './snapshot-store';
import { SnapshotStores } from './snapshot-stores';
import { record, Recording } from './workspace-recording';
import type { WorkspaceSnapshot } from './workspace-snapshot.entity';

const MIB = 1024 * 1024;

export interface KeepingTerms {
  /** The commit of the chat's newest snapshot. */
  readonly newest: string | null;
  readonly signal: AbortSignal;
}

/** Puts workspaces into the stores of their families, and takes them out again. */
@Injectable()
export class SnapshotKeeper {
  constructor(
    private readonly stores: SnapshotStores,
    private readonly rows: SnapshotRows,
    private readonly database: Database,
    private readonly directories: DataDirectories,
    private readonly config: SnapshotConfig,
  ) {}

  storeOf({ familyId, id }: Pick<ChatEntity, 'familyId' | 'id'>): SnapshotStore {
    return this.stores.of(familyId || id);
  }

  workspaceOf({ userId, id }: Pick<ChatEntity, 'userId' | 'id'>): ConfinedFolder {
    return new ConfinedFolder(this.directories.workspaceOf(userId, id));
  }

  /**
   * Records the workspace of a chat as it is now.
   *
   * @param use with the store locked; resolves with false where it keeps no snapshot of that id, which is forgotten then
   * @throws GitError, the signal's reason, Error of the file system; what `use` throws
   */
  async record<T>(
    chat: ChatEntity,
    { newest, signal }: KeepingTerms,
    use: (recording: Recording, store: SnapshotStore, id: string) => Promise<T | false>,
  ): Promise<T | false> {
    const store = this.storeOf(chat);
    const workspace = this.workspaceOf(chat);
    await mkdir(workspace.path, { recursive: true, mode: 0o700 });
    const { timeoutSeconds, fileMaxMb, maxMb, filesMax } = this.config;
    return store.lock.run(async () => {
      const id = newId();
      const reference = referenceOf(chat.id, id);
      const limits = { maxFiles: filesMax, maxFileBytes: fileMaxMb * MIB, maxBytes: maxMb * MIB };
      const terms = { ...limits, signal, newest, reference, chatId: chat.id, timeoutMs: timeoutSeconds * 1000 };
      const recording = await record(store, workspace, terms);
      let kept: T | false = false;
      try {
        kept = await use(recording, store, id);
        return kept;
      } finally {
        if (kept !== false) await this.tidy(store, chat);
        else if (recording.hasReference) await store.forget([reference]);
      }
    });
  }

  /** Deletes what was recorded of a chat; all of the family with its last member. @throws GitError, Error of the file system */
  async remove(chatId: string, familyId: string): Promise<void> {
    const store = this.stores.of(familyId);
    if (!store.exists) return;
    await store.lock.run(async () => {
      if (!(await this.database.read.existsBy(ChatEntity, { familyId }))) return removeFolder(store.path);
      await store.forget(await store.references(chatId));
      await removeFolder(store.cachePath(chatId));
      await store.tidy(true);
      await this.noteSize(store, familyId);
    });
  }

  /** Gives rows that are about to be stored their references; the caller has the lock. @throws GitError */
  async refer(chat: ChatEntity, rows: readonly WorkspaceSnapshot[]): Promise<void> {
    const references = rows.flatMap(({ id, commitId }) =>
      commitId === null ? [] : [{ name: referenceOf(chat.id, id), commitId }],
    );
    await this.storeOf(chat).refer(references);
  }

  /** Its bytes count to the members of the family, in equal parts. */
  async noteSize(store: SnapshotStore, familyId: string): Promise<void> {
    const bytes = await store.size();
    if (bytes === null) return;
    const members = await this.database.read.countBy(ChatEntity, { familyId });
    const part = Math.ceil(bytes / Math.max(1, members));
    const lane = { lane: familyId };
    await this.database
      .write((tx) => tx.update(ChatEntity, { familyId }, { snapshotBytes: part }), lane)
      .catch(() => undefined);
  }

  private async tidy(store: SnapshotStore, chat: ChatEntity): Promise<void> {
    const surplus = await this.rows.trim(chat.id);
    if (!store.exists) return;
    await store.forget(surplus);
    await this.noteSize(store, chat.familyId);
  }
}
