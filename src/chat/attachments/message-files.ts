import { Injectable } from '@nestjs/common';
import { isUtf8 } from 'node:buffer';
import { chmod, link, lstat, rm } from 'node:fs/promises';
import type { AgentContent } from '../../app-server/agent/agent-message';
import { bytesOfStream, streamOfBytes } from '../../common/bytes-of-stream';
import { now } from '../../common/clock';
import { DomainError, tooLarge } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { HEAD_BYTES, mediaTypeOf, PLAIN_TEXT } from '../../common/media-type';
import { UploadConfig } from '../../config/upload.config';
import { ConfinedFolder, placeIn } from '../../runtime/confined/confined-folder';
import { namesOf } from '../../runtime/confined/entry-name';
import { codeOf } from '../../runtime/confined/path.errors';
import { DataDirectories } from '../../runtime/data-directories';
import { BlobReference } from '../../storage/blob-reference.entity';
import { Blobs, FoundBlob } from '../../storage/blobs';
import { Spool } from '../../storage/spool';
import { VirusScan } from '../../storage/virus-scan';
import { AttachmentUpload } from '../entities/attachment-upload.entity';
import type { ContentPart, FilePart, NewMessage } from '../entities/message.entity';
import { Picture, PictureMistake, pictureIn } from '../pictures/picture';

const MIB = 1024 * 1024;
/** Where files lie in a workspace, each message's by itself: no two of one name get in each other's way. */
const FOLDER = 'attachments';
const ID_DIGITS = 8;
/** Of all texts of one message, so that the rest of it has room. */
const MAX_TEXT_BYTES = 256 * 1024;
const MODE = 0o644;

/** A file on its way in, with the message or before it. */
export type GivenFile =
  | { readonly type: 'file'; readonly fileName: string; readonly bytes: Buffer }
  | { readonly type: 'upload'; readonly upload: AttachmentUpload };

interface KnownFile {
  readonly blobId: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly bytes: () => Promise<Buffer>;
}

/** A message whose files an agent is given. */
export interface FilesMessage extends Pick<NewMessage, 'chatId' | 'userId'> {
  /** What is stored of it already, though the message is not. */
  readonly pending?: readonly BlobReference[];
}

/** @throws DomainError `blob_not_found` */
export function blobOf(
  blobs: Blobs,
  { userId, pending = [] }: Pick<FilesMessage, 'userId' | 'pending'>,
  id: string,
): Promise<FoundBlob> {
  const reference = pending.find((each) => each.id === id);
  return reference === undefined ? blobs.find(userId, id) : blobs.findStored(reference.blobId, reference);
}

/** A message whose files are being stored. */
export interface StoringMessage {
  readonly id: string;
  readonly userId: string;
  readonly references: BlobReference[];
  /** Bytes of texts that it has so far. */
  textBytes: number;
}

/**
 * The files of messages. A picture that the model takes is a picture, a short text is given to the agent with the message, and
 * everything else is put into the workspace before the turn, and named to the agent.
 */
@Injectable()
export class MessageFiles {
  constructor(
    private readonly blobs: Blobs,
    private readonly scan: VirusScan,
    private readonly config: UploadConfig,
    private readonly directories: DataDirectories,
  ) {}

  get maxFiles(): number {
    return this.config.attachmentsMax;
  }

  /** @throws DomainError 413 `attachment_too_large`, those of the scan; 503 `blob_store_unavailable`, `storage_unavailable` */
  async store(message: StoringMessage, given: GivenFile): Promise<ContentPart> {
    return this.partOf(message, given.type === 'file' ? await this.taken(message, given) : this.uploaded(given.upload));
  }

  /** What the agent is told of a file, which is in its workspace then. @throws as Blobs does */
  async given(message: FilesMessage, part: FilePart, isEarlier: boolean): Promise<AgentContent[]> {
    const name = JSON.stringify(part.fileName);
    if (part.path === null) {
      const text = (await this.bytesOf(message, part)).toString('utf8');
      return [{ type: 'text', text: `[Attached file ${name}:]\n${text}\n[End of ${name}]` }];
    }
    const problem = isEarlier ? undefined : await this.place(message, part, part.path);
    const facts = `${name}, ${part.mediaType.split(';')[0]}, ${part.size} bytes`;
    const where =
      problem === undefined ? `in the workspace at ${JSON.stringify(part.path)}` : `not readable: ${problem}`;
    return [{ type: 'text', text: `[Attached file: ${facts}, ${where}]` }];
  }

  private async taken({ userId }: StoringMessage, { fileName, bytes }: Extract<GivenFile, { type: 'file' }>) {
    const { attachmentMaxMb } = this.config;
    if (bytes.length > attachmentMaxMb * MIB) throw attachmentTooLarge(attachmentMaxMb);
    const { id: blobId, size } = await this.blobs.put(userId, this.scan.scanned(streamOfBytes(bytes)), {
      maxBytes: bytes.length,
    });
    const mediaType = await mediaTypeOf(bytes.subarray(0, HEAD_BYTES), bytes.length <= HEAD_BYTES);
    return { blobId, fileName, mediaType, size, bytes: () => Promise.resolve(bytes) };
  }

  private uploaded({ blobId, fileName, mediaType, size }: AttachmentUpload): KnownFile {
    const bytes = async () =>
      bytesOfStream(await this.blobs.read(await this.blobs.findStored(blobId, { mediaType, fileName })));
    return { blobId, fileName, mediaType, size, bytes };
  }

  private async partOf(message: StoringMessage, file: KnownFile): Promise<ContentPart> {
    const { fileName, mediaType, size } = file;
    const blobId = newId();
    const { id: messageId, userId } = message;
    message.references.push({
      id: blobId,
      userId,
      blobId: file.blobId,
      messageId,
      mediaType,
      fileName,
      createdAt: now(),
    });
    const url = `/api/v1/blobs/${blobId}`;
    const picture = await this.pictureIn(file);
    if (picture !== undefined) {
      const { width, height } = picture;
      return { type: 'image', blobId, fileName, mediaType: picture.mediaType, size, width, height, url };
    }
    const path = (await this.isContext(message, file)) ? null : `${FOLDER}/${messageId.slice(-ID_DIGITS)}/${fileName}`;
    return { type: 'file', blobId, fileName, mediaType, size, path, url };
  }

  private async pictureIn({ mediaType, size, bytes }: KnownFile): Promise<Picture | undefined> {
    if (!mediaType.startsWith('image/') || size > this.config.pictureMaxMb * MIB) return undefined;
    return pictureIn(await bytes()).catch((error: unknown) => {
      if (error instanceof PictureMistake) return undefined;
      throw error;
    });
  }

  private async isContext(message: StoringMessage, { mediaType, size, bytes }: KnownFile): Promise<boolean> {
    if (mediaType !== PLAIN_TEXT || size > this.config.textMaxKb * 1024) return false;
    if (message.textBytes + size > MAX_TEXT_BYTES || !isUtf8(await bytes())) return false;
    message.textBytes += size;
    return true;
  }

  private async bytesOf(message: FilesMessage, { blobId }: FilePart): Promise<Buffer> {
    return bytesOfStream(await this.blobs.read(await blobOf(this.blobs, message, blobId)));
  }

  /** Where it is already it stays as it is. @returns why it cannot be there. @throws as Blobs does */
  private async place(message: FilesMessage, { blobId, size }: FilePart, path: string): Promise<string | undefined> {
    const { chatId, userId } = message;
    const workspace = new ConfinedFolder(this.directories.workspaceOf(userId, chatId));
    const spool = new Spool(this.directories.sessionOf(userId, chatId));
    try {
      await workspace.holdParent(namesOf(path.replaceAll('\\', '\\\\')), true, async (parent, name) => {
        const place = placeIn(parent, name);
        if (await isThere(place)) return;
        const content = await this.blobs.read(await blobOf(this.blobs, message, blobId));
        const file = await spool.take(content, size);
        try {
          await chmod(file.path, MODE);
          await link(file.path, place).catch((error: unknown) => {
            if (codeOf(error) !== 'EEXIST') throw error;
          });
        } finally {
          await rm(file.path, { force: true });
        }
      });
      return undefined;
    } catch (error) {
      if (error instanceof DomainError && error.status < 500 && error.status !== 404) return error.detail;
      throw error;
    }
  }
}

const isThere = (place: Buffer): Promise<boolean> =>
  lstat(place).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );

export const attachmentTooLarge = (maxMb: number): DomainError =>
  tooLarge('attachment_too_large', `A file of a message may have ${maxMb} MiB (ATTACHMENT_MAX_MB).`);
