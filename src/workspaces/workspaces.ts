import { Injectable } from '@nestjs/common';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessLevel } from '../access/access';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { ConfinedFolder } from '../runtime/confined/confined-folder';
import { DataDirectories } from '../runtime/data-directories';
import { Spool } from '../storage/spool';

/** The workspace of a chat, for one call. */
export interface Workspace {
  readonly chat: ChatEntity;
  readonly folder: ConfinedFolder;
  /** Where uploads wait until all of them are there: on the workspace's disk, where no command of the agent sees them. */
  readonly spool: Spool;
  /** Where what is deleted goes first. */
  readonly trash: string;
}

/** Finds workspaces, always for one user. */
@Injectable()
export class Workspaces {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly directories: DataDirectories,
  ) {}

  /**
   * The chat's workspace, which is made with the first look at it.
   *
   * @throws DomainError `chat_not_found`, `read_only`
   */
  async find(user: User, chatId: string, level: AccessLevel): Promise<Workspace> {
    return this.of(await this.directory.find(user, chatId, level));
  }

  /** @throws Error of the file system */
  async of(chat: ChatEntity): Promise<Workspace> {
    const { id, userId } = chat;
    const path = this.directories.workspaceOf(userId, id);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const session = this.directories.sessionOf(userId, id);
    return { chat, folder: new ConfinedFolder(path), spool: new Spool(session), trash: join(session, 'trash') };
  }
}
