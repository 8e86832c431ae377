import { InitialSchema1795000000000 } from '../migrations/1795000000000-initial-schema';
import { UserEntity } from './auth/user.entity';
import { AgentActionEntity } from './chat/entities/agent-action.entity';
import { ApprovalEntity } from './chat/entities/approval.entity';
import { ChatEntity } from './chat/entities/chat.entity';
import { EventEntity } from './chat/entities/event.entity';
import { MessageEntity } from './chat/entities/message.entity';
import { TurnEntity } from './chat/entities/turn.entity';
import type { DatabaseSchema } from './database/sqlite-data-source';
import { LlmSession } from './gateway/llm-session.entity';

/** Every table of the service, and how a database gets from nothing to them. */
export const schema: DatabaseSchema = {
  entities: [
    ...[UserEntity, LlmSession, ChatEntity, MessageEntity, TurnEntity, EventEntity],
    ...[ApprovalEntity, AgentActionEntity],
  ],
  migrations: [InitialSchema1795000000000],
};
