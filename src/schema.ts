import { InitialSchema1795000000000 } from '../migrations/1795000000000-initial-schema';
import { StoredResponses1795100000000 } from '../migrations/1795100000000-stored-responses';
import { GatewayKeysAndUsage1795200000000 } from '../migrations/1795200000000-gateway-keys-and-usage';
import { DoubtfulTurns1795300000000 } from '../migrations/1795300000000-doubtful-turns';
import { RemovedChats1795400000000 } from '../migrations/1795400000000-removed-chats';
import { SyncedTurns1795500000000 } from '../migrations/1795500000000-synced-turns';
import { ApprovalRules1795600000000 } from '../migrations/1795600000000-approval-rules';
import { StoredItems1795650000000 } from '../migrations/1795650000000-stored-items';
import { LeftOutOfChats1795700000000 } from '../migrations/1795700000000-left-out-of-chats';
import { OrderInChats1796010000000 } from '../migrations/1796010000000-order-in-chats';
import { CompactedLogs1796011000000 } from '../migrations/1796011000000-compacted-logs';
import { ShownEvents1796020000000 } from '../migrations/1796020000000-shown-events';
import { Blobs1796030000000 } from '../migrations/1796030000000-blobs';
import { SearchIndex1796040000000 } from '../migrations/1796040000000-search-index';
import { ChatListIndexes1796041000000 } from '../migrations/1796041000000-chat-list-indexes';
import { UsageHours1796042000000 } from '../migrations/1796042000000-usage-hours';
import { Identities1796060000000 } from '../migrations/1796060000000-identities';
import { SignIn1796061000000 } from '../migrations/1796061000000-sign-in';
import { Projects1796070000000 } from '../migrations/1796070000000-projects';
import { AuditLog1796071000000 } from '../migrations/1796071000000-audit-log';
import { ChatShares1796072000000 } from '../migrations/1796072000000-chat-shares';
import { AccountLimits1796073000000 } from '../migrations/1796073000000-account-limits';
import { Snapshots1796100000000 } from '../migrations/1796100000000-snapshots';
import { ChatShareEntity } from './projects/shares/chat-share.entity';
import { Files1796080000000 } from '../migrations/1796080000000-files';
import { MirrorSizes1796170000001 } from '../migrations/1796170000001-mirror-sizes';
import { Webhooks1796170000000 } from '../migrations/1796170000000-webhooks';
import { Templates1796150000000 } from '../migrations/1796150000000-templates';
import { ProjectSkills1796160000000 } from '../migrations/1796160000000-project-skills';
import { ProjectSkillEntity } from './skills/project-skill.entity';
import { TemplateEntity, TemplateVersionEntity } from './templates/template.entity';
import { NetworkAccess1796090000000 } from '../migrations/1796090000000-network-access';
import { PlannedChats1796120000000 } from '../migrations/1796120000000-planned-chats';
import { McpServers1796140000000 } from '../migrations/1796140000000-mcp-servers';
import { Repositories1796091000000 } from '../migrations/1796091000000-repositories';
import { PinnedChats1796190000000 } from '../migrations/1796190000000-pinned-chats';
import { WebPush1796200000000 } from '../migrations/1796200000000-web-push';
import { QueuesOfUsers1796110000000 } from '../migrations/1796110000000-queues-of-users';
import { AccountLimitsEntity, LimitGateEntity, UsageCounterEntity } from './access/limits/account-limits.entity';
import { AuditEntryEntity } from './access/audit/audit-entry.entity';
import { ProjectEntity } from './access/project.entity';
import { ProjectMemberEntity } from './access/project-member.entity';
import { UserEntity } from './auth/user.entity';
import { AccountLinkEntity } from './auth/local/account-link.entity';
import { LocalAccountEntity } from './auth/local/local-account.entity';
import { BrowserSessionEntity } from './auth/sessions/browser-session.entity';
import { UserTokenEntity } from './auth/tokens/user-token.entity';
import { AgentActionEntity } from './chat/entities/agent-action.entity';
import { ApprovalRuleEntity } from './chat/entities/approval-rule.entity';
import { ApprovalEntity } from './chat/entities/approval.entity';
import { AttachmentUpload } from './chat/entities/attachment-upload.entity';
import { ChatEntity } from './chat/entities/chat.entity';
import { EventEntity } from './chat/entities/event.entity';
import { MessageEntity } from './chat/entities/message.entity';
import { RemovedChat } from './chat/entities/removed-chat.entity';
import { PinnedChatEntity } from './chat/entities/pinned-chat.entity';
import { TurnEntity } from './chat/entities/turn.entity';
import type { DatabaseSchema } from './database/database-schema';
import { ProjectFileEntity } from './files/project-file.entity';
import { RepositoryEntity } from './repositories/repository.entity';
import { WorkingCopyEntity } from './repositories/working-copy.entity';
import { GatewayKeyEntity } from './gateway/accounts/gateway-key.entity';
import { ProviderKeyEntity } from './gateway/catalog/provider-key.entity';
import { LlmSession } from './chat/entities/llm-session.entity';
import { StoredItem } from './gateway/responses-api/stored/stored-item.entity';
import { StoredResponse } from './gateway/responses-api/stored/stored-response.entity';
import { ModelCallEntity } from './gateway/accounts/model-call.entity';
import { McpServerEntity } from './mcp/mcp-server.entity';
import { McpGrantEntity } from './mcp/oauth/mcp-grant.entity';
import { BlobEntity } from './storage/blob.entity';
import { BlobReference } from './storage/blob-reference.entity';
import { WorkspaceSnapshot } from './snapshots/workspace-snapshot.entity';
import { StorageState } from './storage/storage-state.entity';
import { PushNoticeEntity } from './push/push-notice.entity';
import { PushSubscriptionEntity } from './push/push-subscription.entity';
import { WebhookDeliveryEntity } from './webhooks/webhook-delivery.entity';
import { WebhookEntity } from './webhooks/webhook.entity';
import { UsageHourEntity } from './gateway/accounts/usage-hour.entity';

/** Every table of the service, and how a database gets from nothing to them. */
export const schema: DatabaseSchema = {
  entities: [
    UserEntity,
    LlmSession,
    ChatEntity,
    MessageEntity,
    TurnEntity,
    EventEntity,
    ApprovalEntity,
    ApprovalRuleEntity,
    AgentActionEntity,
    RemovedChat,
    StoredResponse,
    StoredItem,
    ProviderKeyEntity,
    GatewayKeyEntity,
    ModelCallEntity,
    BlobEntity,
    BlobReference,
    StorageState,
    UsageHourEntity,
    ProjectEntity,
    ProjectMemberEntity,
    AuditEntryEntity,
    ChatShareEntity,
    AccountLimitsEntity,
    UsageCounterEntity,
    LimitGateEntity,
    BrowserSessionEntity,
    UserTokenEntity,
    LocalAccountEntity,
    AccountLinkEntity,
    AttachmentUpload,
    ProjectFileEntity,
    TemplateEntity,
    TemplateVersionEntity,
    ProjectSkillEntity,
    McpServerEntity,
    McpGrantEntity,
    WorkspaceSnapshot,
    RepositoryEntity,
    WorkingCopyEntity,
    WebhookEntity,
    WebhookDeliveryEntity,
    PushSubscriptionEntity,
    PushNoticeEntity,
    PinnedChatEntity,
  ],
  // In the order of their numbers, which is that in which they run.
  migrations: [
    InitialSchema1795000000000,
    StoredResponses1795100000000,
    GatewayKeysAndUsage1795200000000,
    DoubtfulTurns1795300000000,
    RemovedChats1795400000000,
    SyncedTurns1795500000000,
    ApprovalRules1795600000000,
    StoredItems1795650000000,
    LeftOutOfChats1795700000000,
    OrderInChats1796010000000,
    CompactedLogs1796011000000,
    ShownEvents1796020000000,
    Blobs1796030000000,
    SearchIndex1796040000000,
    ChatListIndexes1796041000000,
    UsageHours1796042000000,
    Identities1796060000000,
    SignIn1796061000000,
    Projects1796070000000,
    AuditLog1796071000000,
    ChatShares1796072000000,
    AccountLimits1796073000000,
    Files1796080000000,
    Templates1796150000000,
    NetworkAccess1796090000000,
    PlannedChats1796120000000,
    McpServers1796140000000,
    Snapshots1796100000000,
    Repositories1796091000000,
    QueuesOfUsers1796110000000,
    ProjectSkills1796160000000,
    Webhooks1796170000000,
    MirrorSizes1796170000001,
    PinnedChats1796190000000,
    WebPush1796200000000,
  ],
};
