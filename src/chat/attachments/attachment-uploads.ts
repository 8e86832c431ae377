import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { StorageRoom } from '../../access/limits/storage-room';
import { User } from '../../auth/user';
import { now } from '../../common/clock';
import type { Exchange } from '../../common/content-answer';
import { invalid } from '../../common/domain.error';
import { fileNameOf } from '../../common/file-name';
import { isId, newId } from '../../common/ids';
import { endRefused, type ReceivedForm, receiveForm } from '../../common/multipart';
import { StorageConfig } from '../../config/storage.config';
import { UploadConfig } from '../../config/upload.config';
import { Database } from '../../database/database';
import { insert } from '../../database/rows';
import { Blobs } from '../../storage/blobs';
import { storeUpload } from '../../storage/upload';
import { VirusScan } from '../../storage/virus-scan';
import { AttachmentUpload } from '../entities/attachment-upload.entity';
import type { ChatEntity } from '../entities/chat.entity';
import { attachmentTooLarge } from './message-files';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** The text of a message is one. */
const MAX_FIELD_BYTES = 8 * MIB;

/** Files that were uploaded for messages which are still to be sent. */
@Injectable()
export class AttachmentUploads {
  constructor(
    private readonly database: Database,
    private readonly blobs: Blobs,
    private readonly scan: VirusScan,
    private readonly room: StorageRoom,
    private readonly upload: UploadConfig,
    private readonly storage: StorageConfig,
  ) {}

  /**
   * Takes the files of a form in; they are kept for hours.
   *
   * @throws DomainError `too_many_files`, `attachment_too_large`, `invalid_file_name`, `limit_reached`, `storage_low`, those of a form,
   * of the scan and of the store
   */
  async receive(user: User, chat: ChatEntity, exchange: Exchange): Promise<ReceivedForm<AttachmentUpload>> {
    try {
      const { attachmentsMax: maxFiles } = this.upload;
      const room = await this.room.of(chat.userId, chat.projectId);
      const form = await receiveForm(exchange, { maxFiles, maxFieldBytes: MAX_FIELD_BYTES }, (file) =>
        this.take(user, chat, file.fileName, room.metered(file.content)),
      );
      const before = new Date(Date.now() - this.storage.orphanHours * HOUR_MS).toISOString();
      await this.database.write(async (tx) => {
        await tx.delete(AttachmentUpload, { createdAt: LessThan(before) });
        if (form.files.length > 0) await insert(AttachmentUpload, form.files)(tx);
      });
      return form;
    } catch (error) {
      endRefused(exchange);
      throw error;
    }
  }

  /** In the order of the ids. @throws DomainError 400 `upload_not_found`, also for those of another user or chat */
  async find(user: User, chatId: string, ids: readonly string[]): Promise<Map<string, AttachmentUpload>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const rows = wanted.every(isId)
      ? await this.database.read.findBy(AttachmentUpload, { id: In(wanted), chatId, userId: user.id })
      : [];
    const found = new Map(rows.map((row) => [row.id, row]));
    const missing = wanted.find((id) => !found.has(id));
    if (missing === undefined) return found;
    throw invalid(
      'upload_not_found',
      `There is no upload ${missing} of yours in this chat, or it is too old: upload it again.`,
    );
  }

  private async take(
    user: User,
    chat: ChatEntity,
    givenName: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<AttachmentUpload> {
    const fileName = fileNameOf(givenName);
    const { attachmentMaxMb } = this.upload;
    const stored = await storeUpload({ blobs: this.blobs, scan: this.scan }, content, {
      ...{ userId: chat.userId, maxBytes: attachmentMaxMb * MIB, tooLarge: () => attachmentTooLarge(attachmentMaxMb) },
    });
    const { id: blobId, size, mediaType } = stored;
    return { id: newId(), chatId: chat.id, userId: user.id, blobId, fileName, mediaType, size, createdAt: now() };
  }
}
