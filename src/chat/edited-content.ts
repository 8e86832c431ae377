import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { User } from '../auth/user';
import type { EntryWrite } from './event-log/log-entry';
import type { ContentPart, MessageEntity } from './entities/message.entity';
import { parseContent, type ParsedPart } from './message-content';
import { MessagePictures, StoredContent } from './pictures/message-pictures';
import { UploadedParts } from './uploaded-parts';
import { BlobReference } from '../storage/blob-reference.entity';

/** What a message says from now on, and what is to be written with it. */
export interface EditedContent {
  readonly content: readonly ContentPart[];
  readonly writes: readonly EntryWrite[];
}

/** Other content for a message that waits. */
@Injectable()
export class EditedContents {
  constructor(
    private readonly pictures: MessagePictures,
    private readonly uploads: UploadedParts,
  ) {}

  /**
   * Stores what is new of it.
   *
   * @param given a string takes the place of the text alone; parts that name a blob of the message keep it
   * @throws DomainError those of a message's content, and as `MessagePictures.store`
   */
  async of(user: User, message: MessageEntity, given: unknown): Promise<EditedContent> {
    const parsed = await parseContent(typeof given === 'string' ? withText(message, given) : given);
    const own = new Map(
      message.content.flatMap((part) => ('blobId' in part && part.blobId ? [[part.blobId, part]] : [])),
    );
    const added = parsed.filter((part) => !(part.type === 'uploaded' && own.has(part.uploadId)));
    const stored = await this.stored(user, message, added);
    const fresh = stored.content.values();
    const content = parsed.flatMap((part): ContentPart[] => {
      const kept = part.type === 'uploaded' ? own.get(part.uploadId) : undefined;
      const next = kept ?? fresh.next().value;
      return next === undefined ? [] : [next];
    });
    const left = [...own.keys()].filter((id) => !content.some((part) => 'blobId' in part && part.blobId === id));
    const forgotten: EntryWrite = (tx) => tx.delete(BlobReference, { id: In(left), messageId: message.id });
    return { content, writes: [...(left.length === 0 ? [] : [forgotten]), ...stored.writes] };
  }

  private async stored(
    user: User,
    { id, userId, chatId }: MessageEntity,
    added: readonly ParsedPart[],
  ): Promise<StoredContent> {
    return this.pictures.store({ id, userId }, await this.uploads.resolved(user, chatId, added));
  }
}

/** The same pictures and files with another text; one of an older version, which is in the row itself, by its data. */
function withText({ content }: MessageEntity, text: string): object[] {
  const others = content.flatMap((part): object[] => {
    if (part.type === 'text') return [];
    return [part.blobId === undefined ? part : { type: 'file', blobId: part.blobId }];
  });
  return text === '' ? others : [{ type: 'text', text }, ...others];
}
