import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, readdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ProjectEntity } from '../access/project.entity';
import type { ChatEntity } from '../chat/entities/chat.entity';
import type { Surroundings } from '../chat/turns/agent-surroundings';
import { DomainError } from '../common/domain.error';
import { newId } from '../common/ids';
import { ComponentLogger, Logger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { Database } from '../database/database';
import { codeOf } from '../runtime/confined/path.errors';
import { DataDirectories } from '../runtime/data-directories';
import { removeFolder } from '../runtime/remove-folder';
import { ProjectFileEntity } from './project-file.entity';
import { ProjectFiles } from './project-files';

const HOUR_MS = 3_600_000;
const READ_ONLY = 0o444;
/** Names that the agent is told. */
const MAX_TOLD = 50;
const UNREADABLE =
  'Files of the project cannot be given to the agent at the moment: the storage does not answer. It works with those that it has.';

/**
 * The files of a project as a folder beside each of its chats' workspaces, which the sandbox shows to be read only. The content
 * is on the disk once for each project: a chat's files are hard links to it, so that its folder is all that its agent sees of it.
 */
@Injectable()
export class ProjectFolders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.sweep(), HOUR_MS);

  constructor(
    private readonly files: ProjectFiles,
    private readonly directories: DataDirectories,
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'files' });
  }

  onApplicationBootstrap(): void {
    this.checks.startNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  /** Before each turn. @throws Error of the file system, or of the database */
  async prepare({ id, userId, projectId }: ChatEntity, workspace: string): Promise<Surroundings> {
    const folder = this.directories.projectFilesOf(userId, id);
    const variables = { DATA_WRITE_DIR: workspace, LLM_SESSION_ID: id };
    const mayHaveFiles = this.files.mayHaveFiles(projectId);
    if (!mayHaveFiles && !existsSync(folder)) return { instructions: null, variables, warnings: [] };
    const files = mayHaveFiles ? await this.files.all(projectId) : [];
    const warnings = await this.bring(projectId, files, folder).then(
      () => [],
      (error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        this.logger.warn({ err: error, chatId: id }, 'files of a project cannot be given to an agent');
        return [UNREADABLE];
      },
    );
    const instructions = files.length === 0 ? null : wordsFor(folder, files);
    return { instructions, variables: { ...variables, PROJECT_FILES_DIR: folder }, warnings };
  }

  async told({ id, userId, projectId }: ChatEntity): Promise<string | null> {
    const files = this.files.mayHaveFiles(projectId) ? await this.files.all(projectId) : [];
    return files.length === 0 ? null : wordsFor(this.directories.projectFilesOf(userId, id), files);
  }

  /** Makes the folder what the project has. @throws DomainError where content cannot be read; the rest is there */
  private async bring(projectId: string, files: readonly ProjectFileEntity[], folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = new Set(files.map(({ name }) => name));
    for (const name of await readdir(folder)) {
      if (!names.has(name)) await rm(join(folder, name), { force: true, recursive: true });
    }
    let fault: unknown;
    for (const file of files) {
      try {
        await this.bringOne(projectId, file, folder);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        fault ??= error;
      }
    }
    if (fault !== undefined) throw fault as Error;
  }

  private async bringOne(projectId: string, file: ProjectFileEntity, folder: string): Promise<void> {
    const place = join(folder, file.name);
    if (await isThat(place, file)) return;
    const original = await this.original(projectId, file);
    const draft = join(this.directories.projectFiles, projectId, newId());
    await link(original, draft).catch((error: unknown) => {
      // A file system without them, or with as many as it takes.
      if (!['EMLINK', 'EPERM', 'EXDEV', 'ENOTSUP'].includes(codeOf(error))) throw error;
      return copyOf(original, draft, file);
    });
    await rename(draft, place);
  }

  /** The project's own, which is fetched with the first use. */
  private async original(projectId: string, file: ProjectFileEntity): Promise<string> {
    const folder = join(this.directories.projectFiles, projectId);
    const place = join(folder, file.id);
    if (await isThat(place, file)) return place;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, newId());
    try {
      await pipeline(await this.files.content(file), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
      await finish(draft, file);
      await rename(draft, place);
    } finally {
      await rm(draft, { force: true });
    }
    return place;
  }

  /** Removes what belongs to no project, or no file, any more. Never throws. */
  private async sweep(): Promise<void> {
    try {
      const projects = await readdir(this.directories.projectFiles).catch(() => []);
      for (const projectId of projects) await this.sweepProject(projectId);
    } catch (error) {
      this.logger.warn({ err: error }, 'folders of files of projects could not be tidied; it is tried again');
    }
  }

  private async sweepProject(projectId: string): Promise<void> {
    const folder = join(this.directories.projectFiles, projectId);
    const { read } = this.database;
    if (!(await read.existsBy(ProjectEntity, { id: projectId }))) return removeFolder(folder);
    const names = await readdir(folder);
    const known = new Set((await this.files.all(projectId)).map(({ id }) => id));
    const unknown = names.filter((name) => !known.has(name));
    for (const name of unknown) {
      const isNew = await read.existsBy(ProjectFileEntity, { id: name });
      const found = await lstat(join(folder, name)).catch(() => undefined);
      // One that is on its way.
      if (!isNew && found !== undefined && found.ctimeMs < Date.now() - HOUR_MS) await rm(join(folder, name));
    }
  }
}

/** By what no command in a sandbox can change. */
async function isThat(place: string, { size, createdAt }: ProjectFileEntity): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined);
  return found?.isFile() === true && found.size === size && Math.round(found.mtimeMs) === Date.parse(createdAt);
}

async function copyOf(original: string, draft: string, file: ProjectFileEntity): Promise<void> {
  await copyFile(original, draft);
  await finish(draft, file);
}

async function finish(draft: string, { createdAt }: ProjectFileEntity): Promise<void> {
  const at = new Date(createdAt);
  await utimes(draft, at, at);
  await chmod(draft, READ_ONLY);
}

function wordsFor(folder: string, files: readonly ProjectFileEntity[]): string {
  const names = files.slice(0, MAX_TOLD).map(({ name }) => JSON.stringify(name));
  const more = files.length > MAX_TOLD ? `, and ${files.length - MAX_TOLD} more` : '';
  return `Files of the project that this chat belongs to can be read, and not changed, in ${folder} (PROJECT_FILES_DIR): ${names.join(', ')}${more}.`;
}
