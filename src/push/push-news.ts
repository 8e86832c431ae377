import { createHash } from 'node:crypto';
import type { ChatEvent } from '../chat/event-log/chat-event';
import type { PushNoticeEntity } from './push-notice.entity';

const MINUTE_MS = 60_000;
/** Who comes a day later sees it in the list of chats. */
const LONGEST_MS = 24 * 60 * MINUTE_MS;
/** Whoever sends a test looks at it. */
export const TEST_MS = 5 * MINUTE_MS;

/** Characters of a title that are sent. */
const MAX_TITLE = 120;
/** What is sent is filled up to this many bytes, so that its length says nothing. Services take 4,096 with what is around it. */
const BODY_BYTES = 768;

export type PushNews = Pick<PushNoticeEntity, 'kind' | 'chatId' | 'subjectId' | 'turnStatus' | 'expiresAt'>;

/** Ends of turns that somebody has wanted: they are not news. */
const WANTED = ['removed_from_queue', 'sent_to_running_turn', 'user_disabled'];

/** What browsers are told of an event of a chat; undefined: nothing. */
export function newsOfEvent(event: ChatEvent): PushNews | undefined {
  const { chatId } = event;
  const latest = new Date(Date.parse(event.at) + LONGEST_MS).toISOString();
  if (event.type === 'turn.completed') {
    const { status: turnStatus, error, turn } = event.data;
    if (turnStatus === 'interrupted' && (error === null || WANTED.includes(error.code))) return undefined;
    return { kind: 'ended', chatId, subjectId: turn.id, turnStatus, expiresAt: latest };
  }
  // What a rule has answered already waits for nobody.
  if (event.type === 'approval.requested' && event.data.approval.status === 'pending') {
    const { id, expiresAt } = event.data.approval;
    const until = expiresAt < latest ? expiresAt : latest;
    return { kind: 'waiting', chatId, subjectId: id, turnStatus: null, expiresAt: until };
  }
  return undefined;
}

/**
 * What the service worker gets. Nobody but the browser can read it, as it is encrypted for that; what the agent wants to do, and
 * what it has answered, is not in it all the same: it would stand on a locked screen.
 */
export function pushBody({ kind, chatId, turnStatus }: PushNews, title: string): string {
  const text = JSON.stringify({ kind, chatId, status: turnStatus, title: shortened(title) });
  return text + ' '.repeat(Math.max(0, BODY_BYTES - Buffer.byteLength(text)));
}

function shortened(title: string): string {
  const characters = [...title];
  return characters.length <= MAX_TITLE ? title : `${characters.slice(0, MAX_TITLE - 1).join('')}…`;
}

/**
 * What takes the place of what was sent before and not fetched: the last of a chat. The push service learns no id of ours by it.
 * 32 characters of base64url at most (RFC 8030, 5.4).
 */
export const topicOf = (subscriptionId: string, chatId: string | null): string =>
  createHash('sha256')
    .update(`${subscriptionId} ${chatId ?? 'test'}`)
    .digest('base64url')
    .slice(0, 32);
