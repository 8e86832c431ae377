import type { Attachment, CreateAttachment } from '@assistant-ui/react';

/** A picture as assistant-ui keeps it beside the text: complete from the beginning, with its data URL as content. */
export function imageAttachment(url: string, name: string): CreateAttachment {
  const contentType = /^data:([^;,]+)/.exec(url)?.[1];
  return { type: 'image', name, contentType, content: [{ type: 'image', image: url }] };
}

export function imageUrl(attachment: Attachment): string {
  const part = attachment.content?.find((candidate) => candidate.type === 'image');
  return part?.type === 'image' ? part.image : '';
}
