import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ComponentLogger, Logger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { Database } from '../database/database';
import { DataDirectories } from '../runtime/data-directories';
import { removeFolder } from '../runtime/remove-folder';
import { Mirrors } from './mirrors';
import { RepositoryEntity } from './repository.entity';
import { WorkingCopyEntity } from './working-copy.entity';

const HOUR_MS = 3_600_000;

/** Removes the service's copies of repositories that neither a project nor a chat has any more, and keeps the others small. */
@Injectable()
export class MirrorSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.sweep(), HOUR_MS);

  constructor(
    private readonly mirrors: Mirrors,
    private readonly database: Database,
    private readonly directories: DataDirectories,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'repositories' });
  }

  onApplicationBootstrap(): void {
    this.checks.startNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  /** Never throws. */
  private async sweep(): Promise<void> {
    for (const name of await readdir(this.directories.repositories).catch(() => [])) {
      await this.sweepOne(name).catch((error: unknown) => {
        this.logger.warn(
          { err: error, repositoryId: name },
          'a copy of a repository could not be tidied; it is tried again',
        );
      });
    }
  }

  private async sweepOne(id: string): Promise<void> {
    const folder = join(this.directories.repositories, id);
    const { mtimeMs } = await stat(folder);
    // One that is being made, or the place of a key that is in use.
    const isNew = Date.now() - mtimeMs < HOUR_MS;
    const chats = await this.database.read.find(WorkingCopyEntity, {
      select: { chatId: true },
      where: { repositoryId: id },
    });
    if (chats.length === 0 && !(await this.database.read.existsBy(RepositoryEntity, { id }))) {
      return isNew ? undefined : removeFolder(folder);
    }
    if (!this.mirrors.exists(id)) return;
    const known = new Set(chats.map(({ chatId }) => chatId));
    for (const chatId of await this.mirrors.chatsIn(id)) {
      // A copy that is being made has its commit kept before it has a row.
      if (!known.has(chatId) && !isNew) await this.mirrors.forget(id, chatId);
    }
    await this.mirrors.repack(id);
    await this.mirrors.noteSize(id);
  }
}
