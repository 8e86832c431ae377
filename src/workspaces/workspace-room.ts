import { Injectable } from '@nestjs/common';
import { Room, RoomLimit, StorageRoom } from '../access/limits/storage-room';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { noteSize, sizeIn } from '../chat/limits/chat-sizes';
import { BoundedMap } from '../common/bounded-map';
import { tooLarge } from '../common/domain.error';
import { SandboxConfig } from '../config/sandbox.config';
import { UploadConfig } from '../config/upload.config';
import { Database } from '../database/database';
import { DataDirectories } from '../runtime/data-directories';

const MIB = 1024 * 1024;
const MAX_MEASURED = 1_000;
/** What was measured is believed for so long. */
const MEASURED_MS = 10_000;

/** How much may be written to workspaces: the limits of users and projects, of one workspace, and the free disk. */
@Injectable()
export class WorkspaceRoom {
  private readonly measured = new BoundedMap<string, { readonly at: number; readonly bytes: number }>(MAX_MEASURED);

  constructor(
    private readonly room: StorageRoom,
    private readonly database: Database,
    private readonly directories: DataDirectories,
    private readonly sandbox: SandboxConfig,
    private readonly upload: UploadConfig,
  ) {}

  /** @throws DomainError 503 `storage_low` */
  async of(chat: ChatEntity): Promise<Room> {
    const { workspaceMaxMb: maxMb } = this.sandbox;
    const ofWorkspace: RoomLimit[] = [];
    if (maxMb > 0) {
      const bytes = Math.max(0, maxMb * MIB - (await this.sizeOf(chat)));
      const detail = `The workspace may have ${maxMb} MiB (CHAT_WORKSPACE_MAX_MB); delete what is not needed.`;
      ofWorkspace.push({ bytes, refusal: () => tooLarge('workspace_full', detail) });
    }
    return this.room.of(chat.userId, chat.projectId, ofWorkspace);
  }

  get maxFileBytes(): number {
    return this.upload.fileMaxMb * MIB;
  }

  get maxFiles(): number {
    return this.upload.filesMax;
  }

  /** Measures a workspace that has changed, for the limits of its user and project. Never throws. */
  async measure({ id, userId }: { readonly id: string; readonly userId: string }): Promise<void> {
    const size = await sizeIn(this.directories.workspaceOf(userId, id));
    if (size === null) return;
    this.measured.set(id, { at: performance.now(), bytes: size.workspace });
    await noteSize(this.database, id, size);
  }

  private async sizeOf(chat: ChatEntity): Promise<number> {
    const known = this.measured.get(chat.id);
    if (known !== undefined && performance.now() - known.at < MEASURED_MS) return known.bytes;
    await this.measure(chat);
    return this.measured.get(chat.id)?.bytes ?? 0;
  }
}
