import { createHash } from 'node:crypto';
import { now } from '../../src/common/clock';
import { newId } from '../../src/common/ids';
import { BlobReference } from '../../src/storage/blob-reference.entity';

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Content that comes in pieces. */
export async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

/** A reference that belongs to no message. */
export const referenceOf = (userId: string, blobId: string): BlobReference => ({
  ...{ id: newId(), userId, blobId, messageId: null, mediaType: 'image/png', fileName: null, createdAt: now() },
});
