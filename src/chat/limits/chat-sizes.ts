import { Injectable } from '@nestjs/common';
import { dirname, join } from 'node:path';
import { DataDirectories } from '../../runtime/data-directories';
import { folderSize } from '../../runtime/folder-size';
import type { TurnEntity } from '../entities/turn.entity';

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

  constructor(private readonly directories: DataDirectories) {}

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

  workspaceOf({ userId, chatId }: TurnEntity): string {
    return this.directories.workspaceOf(userId, chatId);
  }

  private async measureOne(turn: TurnEntity): Promise<void> {
    const workspace = this.workspaceOf(turn);
    const tmp = join(dirname(workspace), 'tmp');
    const [workspaceSize, tmpSize] = [await folderSize(workspace), await folderSize(tmp)];
    if (workspaceSize === null) return;
    // The chat has no /tmp before its first command.
    const last = { workspace: workspaceSize, tmp: tmpSize ?? 0 };
    this.measured.set(turn.id, { first: this.measured.get(turn.id)?.first ?? last, last });
  }
}

export const bytesOf = ({ workspace, tmp }: ChatSize): number => workspace + tmp;
