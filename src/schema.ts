import { InitialSchema1795000000000 } from '../migrations/1795000000000-initial-schema';
import { StoredResponses1795100000000 } from '../migrations/1795100000000-stored-responses';
import { GatewayKeysAndUsage1795200000000 } from '../migrations/1795200000000-gateway-keys-and-usage';
import { DoubtfulTurns1795300000000 } from '../migrations/1795300000000-doubtful-turns';
import { RemovedChats1795400000000 } from '../migrations/1795400000000-removed-chats';
import { SyncedTurns1795500000000 } from '../migrations/1795500000000-synced-turns';
import { StoredItems1795650000000 } from '../migrations/1795650000000-stored-items';
import { ApprovalRules1795600000000 } from '../migrations/1795600000000-approval-rules';
import { LeftOutOfChats1795700000000 } from '../migrations/1795700000000-left-out-of-chats';
import { Identities1796060000000 } from '../migrations/1796060000000-identities';
import { SignIn1796061000000 } from '../migrations/1796061000000-sign-in';
import { UserEntity } from './auth/user.entity';
import { AccountLinkEntity } from './auth/local/account-link.entity';
import { LocalAccountEntity } from './auth/local/local-account.entity';
import { BrowserSessionEntity } from './auth/sessions/browser-session.entity';
import { UserTokenEntity } from './auth/tokens/user-token.entity';
import { AgentActionEntity } from './chat/entities/agent-action.entity';
import { ApprovalRuleEntity } from './chat/entities/approval-rule.entity';
import { ApprovalEntity } from './chat/entities/approval.entity';
import { ChatEntity } from './chat/entities/chat.entity';
import { EventEntity } from './chat/entities/event.entity';
import { MessageEntity } from './chat/entities/message.entity';
import { RemovedChat } from './chat/entities/removed-chat.entity';
import { TurnEntity } from './chat/entities/turn.entity';
import type { DatabaseSchema } from './database/sqlite-data-source';
import { GatewayKeyEntity } from './gateway/accounts/gateway-key.entity';
import { ProviderKeyEntity } from './gateway/catalog/provider-key.entity';
import { LlmSession } from './gateway/llm-session.entity';
import { StoredItem } from './gateway/responses-api/stored/stored-item.entity';
import { StoredResponse } from './gateway/responses-api/stored/stored-response.entity';
import { ModelCallEntity } from './gateway/accounts/model-call.entity';

/** Every table of the service, and how a database gets from nothing to them. */
export const schema: DatabaseSchema = {
  entities: [
    ...[UserEntity, LlmSession, ChatEntity, MessageEntity, TurnEntity, EventEntity],
    ...[ApprovalEntity, ApprovalRuleEntity, AgentActionEntity, RemovedChat],
    ...[BrowserSessionEntity, UserTokenEntity, LocalAccountEntity, AccountLinkEntity],
    ...[StoredResponse, StoredItem],
    ...[ProviderKeyEntity, GatewayKeyEntity, ModelCallEntity],
  ],
  migrations: [
    ...[InitialSchema1795000000000, StoredResponses1795100000000, GatewayKeysAndUsage1795200000000],
    ...[DoubtfulTurns1795300000000, RemovedChats1795400000000, SyncedTurns1795500000000],
    ...[ApprovalRules1795600000000, StoredItems1795650000000, LeftOutOfChats1795700000000],
    ...[Identities1796060000000, SignIn1796061000000],
  ],
};
