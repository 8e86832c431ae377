import { Injectable } from '@nestjs/common';
import { ZipArchive } from 'archiver';
import { Readable } from 'node:stream';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { DomainError } from '../../common/domain.error';
import { Database } from '../../database/database';
import { BlobReference } from '../../storage/blob-reference.entity';
import { Blobs } from '../../storage/blobs';
import { type Archive, appendWorkspace, filledBy, taken } from '../../workspaces/workspace-archive';
import { Workspaces } from '../../workspaces/workspaces';
import { UserExport } from './user-export';

/** Rows read at a time. */
const PAGE = 100;

/**
 * All that is a user's as one zip: `rows.jsonl`, `workspaces/<chat id>/` of the chats that they made, and `files/<id>/<name>` with
 * the pictures and files that they have sent.
 */
@Injectable()
export class UserArchive {
  constructor(
    private readonly database: Database,
    private readonly rows: UserExport,
    private readonly workspaces: Workspaces,
    private readonly blobs: Blobs,
  ) {}

  /** Written as fast as it is read. The stream errs where something cannot be read. */
  of(userId: string): Readable {
    const archive = new ZipArchive({ zlib: { level: 1 } });
    return filledBy(archive, this.fill(archive, userId));
  }

  private async fill(archive: Archive, userId: string): Promise<void> {
    await taken(archive, () => archive.append(Readable.from(this.rows.lines(userId)), { name: 'rows.jsonl' }));
    for await (const chat of this.pages(ChatEntity, userId)) {
      const { folder } = await this.workspaces.of(chat);
      await appendWorkspace(archive, folder, `workspaces/${chat.id}`);
    }
    for await (const reference of this.pages(BlobReference, userId)) {
      const content = await this.contentOf(reference);
      const name = `files/${reference.id}/${nameOf(reference)}`;
      if (content !== undefined) await taken(archive, () => archive.append(content, { name }));
    }
    await archive.finalize();
  }

  /** Undefined where the content has gone meanwhile. */
  private async contentOf(reference: BlobReference): Promise<Readable | undefined> {
    try {
      return await this.blobs.read(await this.blobs.findStored(reference.blobId, reference));
    } catch (error) {
      if (error instanceof DomainError && error.status === 404) return undefined;
      throw error;
    }
  }

  private async *pages<T extends ChatEntity | BlobReference>(entity: new () => T, userId: string): AsyncGenerator<T> {
    let last = '';
    for (;;) {
      const rows = await this.database.read
        .createQueryBuilder<T>(entity, 'row')
        .where('row.userId = :userId AND row.id > :last', { userId, last })
        .orderBy('row.id', 'ASC')
        .limit(PAGE)
        .getMany();
      yield* rows;
      if (rows.length < PAGE) return;
      last = rows.at(-1)?.id ?? last;
    }
  }
}

/** A name of a file, and of nothing else. */
const nameOf = ({ fileName, mediaType }: BlobReference): string =>
  (fileName ?? `picture.${mediaType.split('/')[1] ?? 'bin'}`).replace(/[/\\\0]/g, '_').replace(/^\.+$/, '_');
