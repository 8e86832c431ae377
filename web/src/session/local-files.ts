import { uploadFile } from '../api/uploads';
import { randomUuid } from '../browser/uuid';
import type { UploadedFile, Written } from '../log/outgoing-message';

const PREFIX = 'local:';

/** Files for a chat that is not made yet: they stay in the page until it is. */
const files = new Map<string, File>();

export function keepLocal(file: File): UploadedFile {
  const uploadId = `${PREFIX}${randomUuid()}`;
  files.set(uploadId, file);
  return { uploadId, name: file.name, size: file.size };
}

/** Uploads what has stayed in the page, one after another. @throws as `uploadFile` */
export async function withUploads(chatId: string, written: Written): Promise<Written> {
  const uploaded: UploadedFile[] = [];
  for (const given of written.files ?? []) {
    const file = files.get(given.uploadId);
    const upload = file && (await uploadFile(chatId, file));
    uploaded.push(upload ? { uploadId: upload.blobId, name: upload.fileName, size: upload.size } : given);
  }
  for (const { uploadId } of written.files ?? []) files.delete(uploadId);
  return { ...written, files: uploaded };
}
