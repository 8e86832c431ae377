import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import { MessageEntity, MessageRole } from '../../src/chat/entities/message.entity';
import { TurnEntity } from '../../src/chat/entities/turn.entity';
import { now } from '../../src/common/clock';
import { newId } from '../../src/common/ids';
import { USER_ID } from './stored-chat';

/** Turns and messages that are stored without events come before all that have some, in the order of these calls. */
let rows = 0;
const BEFORE_EVENTS = -1_000_000;

/** A turn as it is when its message was just accepted. */
export function newTurn(chatId: string, change: Partial<TurnEntity> = {}): TurnEntity {
  return {
    ...{
      id: newId(),
      userId: USER_ID,
      authorId: USER_ID,
      chatId,
      ordinal: ++rows,
      status: 'queued',
      options: {},
      usage: NO_USAGE,
      synced: false,
    },
    ...{ errorCode: null, errorMessage: null, createdAt: now(), startedAt: null, endedAt: null },
    ...{ compactedAt: null, copiedFrom: null, codexThreadId: null, codexTurnId: null },
    ...change,
  };
}

/** A message of the turn that says this. */
export function newMessage(
  { id: turnId, chatId, userId, authorId }: TurnEntity,
  role: MessageRole,
  text: string,
): MessageEntity {
  return {
    ...{
      id: newId(),
      userId,
      authorId: role === 'user' ? authorId : null,
      chatId,
      seq: BEFORE_EVENTS + ++rows,
      turnId,
      role,
      content: [{ type: 'text', text }],
      status: 'final',
    },
    ...{ clientMessageId: null, fingerprint: null, createdAt: now() },
  };
}
