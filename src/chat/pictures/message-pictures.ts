import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentContent, UserMessage } from '../../app-server/agent/agent-message';
import { backoffDelayMs } from '../../common/backoff';
import { bytesOfStream, streamOfBytes } from '../../common/bytes-of-stream';
import { now } from '../../common/clock';
import { DomainError, invalid } from '../../common/domain.error';
import { withDeadline } from '../../common/deadline';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { StorageConfig } from '../../config/storage.config';
import type { Write } from '../../database/write-queue';
import { BlobMissingError, BlobStoreUnavailableError, wordsOf } from '../../storage/blob.errors';
import { BlobReference } from '../../storage/blob-reference.entity';
import { Blobs } from '../../storage/blobs';
import type { ContentPart, ImagePart, NewMessage, TextPart } from '../entities/message.entity';
import { blobOf, FilesMessage, GivenFile, MessageFiles } from '../attachments/message-files';
import { isPictureUrl, Picture, PictureMistake, pictureOf } from './picture';

/** A part of a message on its way in. */
export type GivenPart = TextPart | { readonly type: 'picture'; readonly picture: Picture } | GivenFile;

/** A message whose content an agent is given. */
type AgentsMessage = Pick<NewMessage, 'id' | 'content'> & FilesMessage;

/** Content as it is stored, and what is to be written with it, behind its message. */
export interface StoredContent {
  readonly content: ContentPart[];
  readonly writes: readonly Write<void>[];
  /** What is among those writes. */
  readonly references: readonly BlobReference[];
}

/** What a picture becomes, for the agent, that cannot be read any more. */
const MISSING = '[A picture stood here; it is not available any more.]';
const RETRY = { initialMs: 250, maximumMs: 4_000 };
const READ_MS = 20_000;

/** The pictures of messages: blobs, which are referred to in the rows and read when the agent is given them. */
@Injectable()
export class MessagePictures {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly blobs: Blobs,
    private readonly files: MessageFiles,
    private readonly config: StorageConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'pictures' });
  }

  /**
   * Stores the pictures of a message that is about to be stored.
   *
   * @throws DomainError 503 `blob_store_unavailable`, `storage_unavailable`
   */
  async store(
    message: { readonly id: string; readonly userId: string },
    parts: readonly GivenPart[],
  ): Promise<StoredContent> {
    const references: BlobReference[] = [];
    const content: ContentPart[] = [];
    const storing = { ...message, references, textBytes: 0 };
    const attached = parts.filter(({ type }) => type === 'file' || type === 'upload').length;
    if (attached > this.files.maxFiles) {
      throw invalid('too_many_files', `A message may have ${this.files.maxFiles} files (ATTACHMENTS_MAX).`);
    }
    for (const part of parts) {
      if (part.type === 'text') content.push(part);
      else if (part.type !== 'picture') content.push(await this.files.store(storing, part));
      else content.push(await this.storePicture(message, part.picture, references));
    }
    return { content, references, writes: references.length === 0 ? [] : [this.blobs.referTo(references)] };
  }

  /**
   * The same of what the agent has, or an older version of this service has stored, with its pictures as data URLs. One that
   * is no picture stays as it is.
   *
   * @throws as `store`
   */
  async storeUrls(
    message: { readonly id: string; readonly userId: string },
    parts: readonly (ContentPart | AgentContent)[],
  ): Promise<StoredContent> {
    const references: BlobReference[] = [];
    const content: ContentPart[] = [];
    for (const part of parts) {
      const picture = part.type === 'image' && isPictureUrl(part.url) ? await readable(part.url) : undefined;
      content.push(picture === undefined ? part : await this.storePicture(message, picture, references));
    }
    return { content, references, writes: references.length === 0 ? [] : [this.blobs.referTo(references)] };
  }

  /**
   * A message as the agent is given it, with the bytes of its pictures. Waits a while for a store that does not answer.
   *
   * @throws BlobStoreUnavailableError, BlobMissingError; the signal's reason
   */
  async load(message: AgentsMessage, signal: AbortSignal): Promise<UserMessage> {
    return { id: message.id, content: await this.contentOf(message, message.content, { signal, isEarlier: false }) };
  }

  /** The same of an earlier one, in which a line stands for each picture that is lost. @throws as `load` */
  async loadEarlier(message: AgentsMessage, signal: AbortSignal): Promise<UserMessage> {
    const parts: AgentContent[] = [];
    for (const part of message.content) {
      const loaded = await this.contentOf(message, [part], { signal, isEarlier: true }).catch(
        (error: unknown): AgentContent[] => {
          if (!(error instanceof BlobMissingError)) throw error;
          this.logger.error(
            { err: error.cause, messageId: message.id },
            'a picture or file of an earlier message is lost',
          );
          return [{ type: 'text', text: MISSING }];
        },
      );
      parts.push(...loaded);
    }
    return { id: message.id, content: parts };
  }

  private async storePicture(
    { id: messageId, userId }: { readonly id: string; readonly userId: string },
    { bytes, mediaType, width, height }: Picture,
    references: BlobReference[],
  ): Promise<ImagePart> {
    const blob = await this.blobs.put(userId, streamOfBytes(bytes), { maxBytes: bytes.length });
    const blobId = newId();
    references.push({ id: blobId, userId, blobId: blob.id, messageId, mediaType, fileName: null, createdAt: now() });
    return { type: 'image', blobId, mediaType, size: blob.size, width, height, url: `/api/v1/blobs/${blobId}` };
  }

  private async contentOf(
    message: AgentsMessage,
    content: readonly ContentPart[],
    { signal, isEarlier }: { readonly signal: AbortSignal; readonly isEarlier: boolean },
  ): Promise<AgentContent[]> {
    const loaded: AgentContent[] = [];
    for (const part of content) {
      if (part.type === 'file') {
        const given = () => missingAs(this.files.given(message, part, isEarlier), part.blobId);
        loaded.push(...(await this.patiently(given, signal)));
      } else if (part.type === 'text' || part.blobId === undefined) {
        // A picture of an older version of this service is in the row itself.
        loaded.push(part);
      } else {
        const { blobId } = part;
        loaded.push({ type: 'image', url: await this.patiently(() => this.urlOf(message, blobId), signal) });
      }
    }
    return loaded;
  }

  private async patiently<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const until = performance.now() + this.config.waitSeconds * 1000;
    for (let attempt = 0; ; attempt++) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof BlobStoreUnavailableError) || performance.now() > until) throw error;
        if (attempt === 0) this.logger.warn({ err: error.cause }, 'a turn waits for a picture');
        await sleep(backoffDelayMs(attempt, RETRY), undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  private async urlOf(message: AgentsMessage, blobId: string): Promise<string> {
    const blob = await missingAs(blobOf(this.blobs, message, blobId), blobId);
    const bytes = await this.bytesOf(await this.blobs.read(blob), blob.size);
    return `data:${blob.mediaType};base64,${bytes.toString('base64')}`;
  }

  private async bytesOf(stream: AsyncIterable<unknown> & { destroy(): unknown }, size: number): Promise<Buffer> {
    try {
      const bytes = await withDeadline(bytesOfStream(stream), READ_MS, 'reading a picture');
      if (bytes.length !== size) throw new Error(`${bytes.length} bytes of ${size} came`);
      return bytes;
    } catch (error) {
      throw new BlobStoreUnavailableError(wordsOf(error));
    } finally {
      stream.destroy();
    }
  }
}

/** What is not found any more is lost. */
const missingAs = <T>(work: Promise<T>, blobId: string): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof DomainError && error.status === 404 ? new BlobMissingError(blobId) : error;
  });

function readable(url: string): Promise<Picture | undefined> {
  return pictureOf(url).catch((error: unknown) => {
    if (error instanceof PictureMistake) return undefined;
    throw error;
  });
}
