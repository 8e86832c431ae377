import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { BoundedMap } from '../common/bounded-map';
import { ComponentLogger, Logger } from '../common/logger';
import { ChatEntity } from '../chat/entities/chat.entity';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { EventFeed } from '../chat/event-log/event-feed';
import { EventLog } from '../chat/event-log/event-log';
import { Database } from '../database/database';
import { WorkspaceRoom } from './workspace-room';

/** Changes within so many milliseconds are one event. */
const DEBOUNCE_MS = 1_000;
/** More paths are none: all of it is to be looked at again. */
const MAX_PATHS = 100;
const MAX_TOUCHED = 10_000;

interface Pending {
  readonly by: 'agent' | 'user';
  readonly paths: Set<string>;
  isKnown: boolean;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells, in a chat's log, that files of its workspace have changed: by a user over HTTP, or by a command or a change of files of
 * the agent, as its turn reports them. Folders are not watched: there may be as many as agents like to make.
 */
@Injectable()
export class WorkspaceChanges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  /** By chat and by whom. */
  private readonly pending = new Map<string, Pending>();
  /** Chats whose files a user has changed since somebody has asked. */
  private readonly touched = new BoundedMap<string, true>(MAX_TOUCHED);

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly feed: EventFeed,
    private readonly room: WorkspaceRoom,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'workspaces' });
  }

  onApplicationBootstrap(): void {
    this.feed.subscribeAll(
      (events) => {
        for (const event of events) this.look(event);
      },
      (chatId) => {
        for (const by of ['agent', 'user']) this.forget(`${chatId} ${by}`);
      },
    );
  }

  /** What was to be told is not worth a delay of the end: clients look again when they come back. */
  beforeApplicationShutdown(): void {
    for (const key of [...this.pending.keys()]) this.forget(key);
  }

  /** @param paths as they are shown; none: nobody knows */
  note(chat: { readonly id: string }, by: 'agent' | 'user', paths: readonly string[]): void {
    if (by === 'user') this.touched.set(chat.id, true);
    const key = `${chat.id} ${by}`;
    const known = this.pending.get(key);
    const pending = known ?? {
      ...{ by, paths: new Set<string>(), isKnown: true },
      timer: setTimeout(() => void this.tell(chat.id, key), DEBOUNCE_MS).unref(),
    };
    this.pending.set(key, pending);
    for (const path of paths.slice(0, MAX_PATHS + 1)) pending.paths.add(path);
    pending.isKnown &&= paths.length > 0 && pending.paths.size <= MAX_PATHS;
    if (!pending.isKnown) pending.paths.clear();
  }

  /** Whether a user has changed files of the chat since this was asked last. */
  takeTouched(chatId: string): boolean {
    return this.touched.delete(chatId);
  }

  private look(event: ChatEvent): void {
    if (event.type !== 'item.completed') return;
    const { kind, data } = event.data.item;
    if (kind !== 'command' && kind !== 'file_change') return;
    this.note({ id: event.chatId }, 'agent', kind === 'file_change' ? pathsOf(data) : []);
  }

  private forget(key: string): void {
    clearTimeout(this.pending.get(key)?.timer);
    this.pending.delete(key);
  }

  private async tell(chatId: string, key: string): Promise<void> {
    const pending = this.pending.get(key);
    if (pending === undefined) return;
    this.pending.delete(key);
    const { by, isKnown } = pending;
    const data = { by, paths: isKnown ? [...pending.paths] : [] };
    try {
      const chat = await this.database.read.findOneBy(ChatEntity, { id: chatId });
      if (chat === null) return;
      const { userId } = chat;
      await this.log.append(
        { chatId, userId },
        { events: [{ type: 'workspace.changed', turnId: null, data }] },
        'refuse',
      );
      if (by === 'user') await this.room.measure({ id: chatId, userId });
    } catch (error) {
      // The chat may have been deleted meanwhile.
      this.logger.debug({ err: error, chatId }, 'a change of a workspace could not be recorded');
    }
  }
}

/** Those in the workspace: one from the root of the disk is somewhere else. */
function pathsOf({ changes }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(changes)) return [];
  const paths = changes.flatMap((change: unknown) => {
    const { path, movePath } = (change ?? {}) as { path?: unknown; movePath?: unknown };
    return [path, movePath].filter((each) => typeof each === 'string');
  });
  return paths.filter((path) => !path.startsWith('/')).map((path) => path.replaceAll('\\', '\\\\'));
}
