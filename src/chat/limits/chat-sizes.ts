import { Injectable } from '@nestjs/common';
import { dirname, join } from 'node:path';
import { DataDirectories } from '../../runtime/data-directories';
import { folderSize } from '../../runtime/folder-size';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';

/** A change in a turn that is worth a write. */
const NOTED_BYTES = 64 * 1024;

/** Bytes on the disk. */
export interface ChatSize {
  readonly workspace: number;
  readonly tmp: number;
}

export interface MeasuredTurn {
  /** When the turn was measured first. */
  readonly first: ChatSize;
  readonly last: ChatSize;
}

/** How large the folders of the chats are in which a turn runs, and have become in it. */
@Injectable()
export class ChatSizes {
  private readonly measured = new Map<string, MeasuredTurn>();

  constructor(
    private readonly directories: DataDirectories,
    private readonly database: Database,
  ) {}

  /** Forgets all but these turns. */
  keepOnly(turns: readonly TurnEntity[]): void {
    const ids = new Set(turns.map(({ id }) => id));
    for (const id of this.measured.keys()) if (!ids.has(id)) this.measured.delete(id);
  }

  /** Measures each of these turns again, one after another. Never throws. */
  async measure(turns: readonly TurnEntity[]): Promise<void> {
    for (const turn of turns) await this.measureOne(turn);
  }

  /** Undefined when nothing of it is known yet. */
  of(turn: TurnEntity): MeasuredTurn | undefined {
    return this.measured.get(turn.id);
  }

  /** Absolute path of the folder that all workspaces lie in. */
  get sessions(): string {
    return this.directories.sessions;
  }

  workspaceOf({ userId, chatId }: TurnEntity): string {
    return this.directories.workspaceOf(userId, chatId);
  }

  private async measureOne(turn: TurnEntity): Promise<void> {
    const last = await sizeIn(this.workspaceOf(turn));
    if (last === null) return;
    const known = this.measured.get(turn.id);
    this.measured.set(turn.id, { first: known?.first ?? last, last });
    if (known === undefined || Math.abs(bytesOf(known.last) - bytesOf(last)) >= NOTED_BYTES)
      await noteSize(this.database, turn.chatId, last);
  }
}

/** The size of a chat's folders. @returns null where the workspace cannot be measured */
export async function sizeIn(workspace: string): Promise<ChatSize | null> {
  const [size, tmp] = [await folderSize(workspace), await folderSize(join(dirname(workspace), 'tmp'))];
  // The chat has no /tmp before its first command.
  return size === null ? null : { workspace: size, tmp: tmp ?? 0 };
}

/** For the limit of storage of users and projects. What cannot be written is measured again: never throws. */
export async function noteSize(database: Database, chatId: string, size: ChatSize): Promise<void> {
  const noted = update(ChatEntity, { id: chatId }, { storedBytes: bytesOf(size) });
  await database.write(noted, { lane: chatId }).catch(() => undefined);
}

export const bytesOf = ({ workspace, tmp }: ChatSize): number => workspace + tmp;
