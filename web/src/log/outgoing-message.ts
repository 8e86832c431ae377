import type { GivenContent, TurnMode } from '../api/types';
import type { ChatView } from './chat-view';

/** A file that the service has already, for a message that is still to be sent. */
export interface UploadedFile {
  uploadId: string;
  name: string;
  /** Bytes. */
  size: number;
}

/** What a user writes: words, pictures as data URLs, files. */
export interface Written {
  text: string;
  images: readonly string[];
  files?: readonly UploadedFile[];
  /** How long the model is to think; left out: as it does by itself. */
  effort?: string;
}

/** A message this client has sent, until the log shows it. */
export interface OutgoingMessage extends Written {
  clientMessageId: string;
  /** How the agent is to work; left out: as ever. */
  mode?: TurnMode;
  /** `steering`: offered to the running turn; `sending`: on its way to become a turn of its own. */
  state: 'steering' | 'sending' | 'accepted' | 'failed';
  /** The last event seen when it was sent: the log can show it only after that. */
  afterSeq: number;
  error: string | null;
  /** No answer came: it is sent again once there is a connection. */
  unreached?: boolean;
}

/**
 * The messages that the log does not show yet. The event of a message may overtake the answer to its POST, so they are
 * told by the id that this client gave them. Steering takes no such id: what comes without one while a message steers
 * is taken for it, and the answer puts right what was wrong.
 */
export function undelivered(outgoing: readonly OutgoingMessage[], view: ChatView): OutgoingMessage[] {
  if (outgoing.length === 0) return [];
  const shown = view.turns.flatMap((turn) => turn.parts.filter((part) => part.kind === 'user'));
  const ids = new Set(shown.map((part) => part.message.clientMessageId));
  const lastWithoutId = shown.findLast((part) => part.message.clientMessageId === null)?.seq ?? 0;
  return outgoing.filter(({ state, clientMessageId, afterSeq }) =>
    state === 'steering' ? lastWithoutId <= afterSeq : !ids.has(clientMessageId),
  );
}

export function contentOf({ text, images, files = [] }: Written): GivenContent[] {
  const words = text === '' && images.length + files.length > 0 ? [] : [{ type: 'text' as const, text }];
  const pictures = images.map((url) => ({ type: 'image' as const, url }));
  return [...words, ...pictures, ...files.map(({ uploadId }) => ({ type: 'file' as const, blobId: uploadId }))];
}
