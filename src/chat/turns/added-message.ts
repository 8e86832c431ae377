import { now } from '../../common/clock';
import { insert } from '../../database/rows';
import { toMessageDto } from '../dto/message.dto';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { LogEntry } from '../event-log/log-entry';
import type { SaidMessage } from './turn-run';

/** What a user has added to a turn. */
export function addedMessage({ id: turnId, chatId, userId }: TurnEntity, said: SaidMessage): LogEntry {
  const row: MessageEntity = {
    ...{ ...said, userId, chatId, turnId, role: 'user', status: 'final', clientMessageId: null, createdAt: now() },
  };
  return {
    events: [{ type: 'message.created', turnId, data: { message: toMessageDto(row) } }],
    writes: [insert(MessageEntity, row)],
  };
}
