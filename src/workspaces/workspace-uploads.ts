import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { User } from '../auth/user';
import { CallerCount } from '../common/caller-count';
import { DomainError, tooLarge } from '../common/domain.error';
import { bodyOf, endRefused, receiveForm } from '../common/multipart';
import { namesOf } from '../runtime/confined/entry-name';
import type { StoredFile } from '../storage/blob-store';
import { Placing, WorkspaceEdits } from './workspace-edits';
import { WorkspaceRoom } from './workspace-room';
import type { Workspace } from './workspaces';

const MAX_FIELD_BYTES = 16 * 1024;
/** Of uploads that a killed service has left. */
const LEFT_MS = 24 * 3_600_000;
const MIB = 1024 * 1024;

export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

interface Received {
  readonly file: StoredFile;
  readonly names: readonly Buffer[];
}

/** Takes files into a workspace. Of an upload that breaks off or is refused nothing is there. */
@Injectable()
export class WorkspaceUploads {
  private readonly count = new CallerCount({
    ...{ code: 'too_many_uploads', what: 'uploads', max: 64, maxPerCaller: 8 },
  });

  constructor(
    private readonly edits: WorkspaceEdits,
    private readonly room: WorkspaceRoom,
  ) {}

  /**
   * Takes the body of a request as a file.
   *
   * @throws DomainError as `WorkspaceEdits.place`; 413 `file_too_large`, `workspace_full`, 429 `limit_reached`, `too_many_uploads`,
   * 503 `storage_low`, 400 `request_aborted`
   */
  async write(user: User, workspace: Workspace, exchange: Exchange, path: string, placing: Placing): Promise<Buffer[]> {
    const names = namesOf(path);
    await this.counted(user, exchange, async () => {
      const room = await this.room.of(workspace.chat);
      const file = await this.take(workspace, room.metered(bodyOf(exchange.request)));
      try {
        await this.edits.place(workspace.folder, file.path, names, placing);
      } finally {
        await workspace.spool.discard(file.path);
      }
    });
    return names;
  }

  /**
   * Takes the files of a form, by the names that they have there, which may hold folders. They are put in their places when all of
   * them have come.
   *
   * @returns names of each
   * @throws DomainError as `write`; 400 `too_many_files`, 415 `unsupported_media_type`
   */
  async receive(user: User, workspace: Workspace, exchange: Exchange, path: string, overwrite: boolean) {
    const top = namesOf(path);
    const received: Received[] = [];
    try {
      await this.counted(user, exchange, async () => {
        const room = await this.room.of(workspace.chat);
        const limits = { maxFiles: this.room.maxFiles, maxFieldBytes: MAX_FIELD_BYTES };
        await receiveForm(exchange, limits, async ({ fileName, content }) => {
          const names = [...top, ...namesOf(withoutEscapes(fileName))];
          if (names.length === top.length) throw NAMELESS;
          received.push({ file: await this.take(workspace, room.metered(content)), names });
        });
      });
      for (const { file, names } of received) await this.edits.place(workspace.folder, file.path, names, { overwrite });
      return received.map(({ names }) => names);
    } finally {
      for (const { file } of received) await workspace.spool.discard(file.path);
    }
  }

  private async counted(user: User, exchange: Exchange, work: () => Promise<void>): Promise<void> {
    const release = this.count.open(user.id);
    try {
      await work();
    } catch (error) {
      endRefused(exchange);
      throw error;
    } finally {
      release();
    }
  }

  private async take({ spool }: Workspace, content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    await spool.sweep(LEFT_MS);
    const maxBytes = this.room.maxFileBytes;
    return spool.take(content, maxBytes).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'blob_too_large') throw error;
      throw tooLarge('file_too_large', `A file may have ${maxBytes / MIB} MiB (UPLOAD_FILE_MAX_MB).`);
    });
  }
}

/** Programs send names as they are; a backslash is one. */
const withoutEscapes = (fileName: string): string => fileName.replaceAll('\\', '\\\\').replace(/^(?:\.?\/)+/, '');

const NAMELESS = new DomainError(400, 'invalid_path', 'Each file of the form needs a file name.');
