import type { Attachment, CreateAttachment } from '@assistant-ui/react';
import type { UploadedFile } from '../../log/outgoing-message';

/** A file as assistant-ui keeps it beside the text: what the service has of it stands in the place of its content. */
export function fileAttachment(file: UploadedFile): CreateAttachment {
  const mimeType = 'application/octet-stream';
  const content = [{ type: 'file' as const, filename: file.name, data: JSON.stringify(file), mimeType }];
  return { type: 'file', name: file.name, contentType: mimeType, content };
}

/** Undefined for what is no such file. */
export function fileIn(parts: Attachment['content']): UploadedFile | undefined {
  const part = parts?.find((candidate) => candidate.type === 'file');
  return part?.type === 'file' && typeof part.data === 'string' ? (JSON.parse(part.data) as UploadedFile) : undefined;
}
