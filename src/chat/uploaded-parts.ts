import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { User } from '../auth/user';
import { Database } from '../database/database';
import { BlobEntity } from '../storage/blob.entity';
import { AttachmentUploads } from './attachments/attachment-uploads';
import type { ParsedPart } from './message-content';
import { type FingerprintPart, sha256Of } from './message-fingerprint';
import type { GivenPart } from './pictures/message-pictures';

/** Finds what the parts of a message name that was uploaded before it. */
@Injectable()
export class UploadedParts {
  constructor(
    private readonly uploads: AttachmentUploads,
    private readonly database: Database,
  ) {}

  /** @throws DomainError 400 `upload_not_found` */
  async resolved(user: User, chatId: string, parts: readonly (ParsedPart | GivenPart)[]): Promise<GivenPart[]> {
    const ids = parts.flatMap((part) => (part.type === 'uploaded' ? [part.uploadId] : []));
    const found = await this.uploads.find(user, chatId, ids);
    return parts.flatMap((part): GivenPart[] => {
      if (part.type !== 'uploaded') return [part];
      const upload = found.get(part.uploadId);
      return upload === undefined ? [] : [{ type: 'upload', upload }];
    });
  }

  /** How the parts count for telling a message that is sent again. */
  async fingerprintParts(parts: readonly GivenPart[]): Promise<FingerprintPart[]> {
    const blobIds = parts.flatMap((part) => (part.type === 'upload' ? [part.upload.blobId] : []));
    const blobs = blobIds.length === 0 ? [] : await this.database.read.findBy(BlobEntity, { id: In(blobIds) });
    const hashes = new Map(blobs.map(({ id, sha256 }) => [id, sha256]));
    return parts.map((part): FingerprintPart => {
      if (part.type === 'text') return { text: part.text };
      if (part.type === 'picture') return { sha256: sha256Of(part.picture.bytes), fileName: null };
      if (part.type === 'file') return { sha256: sha256Of(part.bytes), fileName: part.fileName };
      return { sha256: hashes.get(part.upload.blobId) ?? '', fileName: part.upload.fileName };
    });
  }
}
