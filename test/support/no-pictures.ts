import type { MessagePictures } from '../../src/chat/pictures/message-pictures';

/** For messages without pictures: they are what they are given. */
export const NO_PICTURES = {
  storeUrls: (_message: unknown, content: unknown[]) => Promise.resolve({ content, writes: [] }),
  load: ({ id, content }: { id: string; content: unknown }) => Promise.resolve({ id, content }),
  loadEarlier: ({ id, content }: { id: string; content: unknown }) => Promise.resolve({ id, content }),
} as unknown as MessagePictures;
