import { type ChatView, type PartOf, textOf } from './chat-view';

/** A message this client has sent, until the log shows it. */
export interface OutgoingMessage {
  clientMessageId: string;
  text: string;
  state: 'sending' | 'accepted' | 'failed';
  /** The server's id, once it has accepted the message. */
  messageId: string | null;
  /** The last event seen when it was sent: the log can show it only after that. */
  afterSeq: number;
  error: string | null;
}

/**
 * The messages that the log does not show yet. The event of a message may overtake the answer to its POST, so one
 * without an id is matched by its text, each event standing for one message only.
 */
export function undelivered(outgoing: readonly OutgoingMessage[], view: ChatView): OutgoingMessage[] {
  if (outgoing.length === 0) return [];
  const shown = shownSince(view, Math.min(...outgoing.map((message) => message.afterSeq)));
  for (const { messageId } of outgoing) if (messageId) shown.delete(messageId);
  return outgoing.filter((message) => {
    if (message.messageId) return !isShown(view, message.messageId);
    const match = [...shown.values()].find(
      (part) => part.seq > message.afterSeq && textOf(part.message) === message.text,
    );
    return !match || !shown.delete(match.id);
  });
}

function shownSince(view: ChatView, seq: number): Map<string, PartOf<'user'>> {
  const shown = new Map<string, PartOf<'user'>>();
  for (const part of view.turns.flatMap((turn) => turn.parts)) {
    if (part.kind === 'user' && part.seq > seq) shown.set(part.id, part);
  }
  return shown;
}

function isShown(view: ChatView, messageId: string): boolean {
  return view.turns.some((turn) => turn.parts.some((part) => part.kind === 'user' && part.id === messageId));
}
