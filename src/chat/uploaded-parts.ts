import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { AttachmentUploads } from './attachments/attachment-uploads';
import type { ParsedPart } from './message-content';
import type { GivenPart } from './pictures/message-pictures';

/** Finds what the parts of a message name that was uploaded before it. */
@Injectable()
export class UploadedParts {
  constructor(private readonly uploads: AttachmentUploads) {}

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
}
