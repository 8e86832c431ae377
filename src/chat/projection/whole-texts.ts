import { textOf } from '../dto/message.dto';
import type { MessageEntity } from '../entities/message.entity';

/** A message of the agent, as far as it was published. */
export interface PublishedMessage {
  readonly text: string;
  /** The agent has completed it: there is no more of it. */
  readonly isWhole: boolean;
}

/** A stored message, with all that was published of it. */
export const asPublished = ({ content, status }: MessageEntity): PublishedMessage => ({
  text: textOf(content),
  isWhole: status === 'final',
});

export interface WholeTexts {
  /** By message, in order; undefined for one that codex has not kept. */
  readonly ofMessages: readonly (string | undefined)[];
  /** Those of messages that nobody has seen the beginning of. */
  readonly others: readonly string[];
}

/**
 * Which messages of a turn have which whole texts. Codex's record of the turn has the texts in order, under other ids and
 * without the message that it was cut off in when the turn was steered: another's text must not take its place.
 */
export function wholeTexts(messages: readonly PublishedMessage[], texts: readonly string[]): WholeTexts {
  const left = [...texts];
  const ofMessages = messages.map((message, index) => {
    const isNext = left[0] !== undefined && isTextOf(left[0], message, messages.slice(index + 1));
    return isNext ? left.shift() : undefined;
  });
  return { ofMessages, others: left };
}

/** It is what was published of the message, or begins with it where more of it was published in none of the later ones. */
function isTextOf(
  text: string,
  { text: published, isWhole }: PublishedMessage,
  later: readonly PublishedMessage[],
): boolean {
  const hasMore = (other: PublishedMessage): boolean =>
    other.text.length > published.length && text.startsWith(other.text);
  return isWhole ? text === published : text.startsWith(published) && !later.some(hasMore);
}
