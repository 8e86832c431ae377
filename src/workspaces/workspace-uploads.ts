import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import type { Exchange } from '../common/content-answer';
import { DomainError } from '../common/domain.error';
import { bodyOf, receiveForm } from '../common/multipart';
import { UploadCount } from '../common/upload-count';
import { namesOf } from '../runtime/confined/entry-name';
import type { StoredFile } from '../storage/blob-store';
import { fileTooLarge, refusedAs } from '../storage/upload';
import { Placing, WorkspaceEdits } from './workspace-edits';
import { WorkspaceRoom } from './workspace-room';
import type { Workspace } from './workspaces';

const MAX_FIELD_BYTES = 16 * 1024;
/** Of uploads that a killed service has left. */
const LEFT_MS = 24 * 3_600_000;

interface Received {
  readonly file: StoredFile;
  readonly names: readonly Buffer[];
}

/** Takes files into a workspace. Of an upload that breaks off or is refused nothing is there. */
@Injectable()
export class WorkspaceUploads {
  private readonly count = new UploadCount();

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
    await this.count.run(user.id, exchange, async () => {
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
      await this.count.run(user.id, exchange, async () => {
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

  private async take({ spool }: Workspace, content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    await spool.sweep(LEFT_MS);
    const maxBytes = this.room.maxFileBytes;
    return refusedAs(spool.take(content, maxBytes), () => fileTooLarge(maxBytes));
  }
}

/** Programs send names as they are; a backslash is one. */
const withoutEscapes = (fileName: string): string => fileName.replaceAll('\\', '\\\\').replace(/^(?:\.?\/)+/, '');

const NAMELESS = new DomainError(400, 'invalid_path', 'Each file of the form needs a file name.');
