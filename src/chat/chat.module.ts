import { Module } from '@nestjs/common';
import { AppServerModule } from '../app-server/app-server.module';
import { GatewayModule } from '../gateway/gateway.module';
import { RuntimeModule } from '../runtime/runtime.module';
import { AgentActionsController } from './api/agent-actions.controller';
import { ApprovalRulesController } from './api/approval-rules.controller';
import { OwnApprovalRulesController } from './api/own-approval-rules.controller';
import { ApprovalsController } from './api/approvals.controller';
import { BackendsController } from './api/backends.controller';
import { ChatSummaryController } from './api/chat-summary.controller';
import { ChatStateController } from './api/chat-state.controller';
import { ChatsController } from './api/chats.controller';
import { MessagesController } from './api/messages.controller';
import { PinsController } from './api/pins.controller';
import { QueueController } from './api/queue.controller';
import { SearchController } from './api/search.controller';
import { TerminalsController } from './api/terminals.controller';
import { TurnCommandsController } from './api/turn-commands.controller';
import { TurnsController } from './api/turns.controller';
import { AgentPolicies } from './agent-policies';
import { ApprovalAnswers } from './approval-answers';
import { ApprovalRules } from './approvals/approval-rules';
import { ApprovalService } from './approvals/approval.service';
import { DisabledUsers } from './disabled-users';
import { ChatDirectory } from './chat-directory';
import { ChatHistory } from './chat-history';
import { ChatList } from './chat-list';
import { ChatPins } from './chat-pins';
import { ChatRemoval } from './chat-removal';
import { ChatService } from './chat.service';
import { ChatState } from './chat-state';
import { ChatStop } from './chat-stop';
import { ChatStateReader } from './chat-state-reader';
import { EventFeed } from './event-log/event-feed';
import { EventFollower } from './event-log/event-follower';
import { EventLog } from './event-log/event-log';
import { ChatSizes } from './limits/chat-sizes';
import { SandboxLimits } from './limits/sandbox-limits';
import { StorageGuard } from './limits/storage-guard';
import { LogCompaction } from './event-log/log-compaction';
import { MessageIntake } from './message-intake';
import { BlobsController } from './api/blobs.controller';
import { AttachmentsController } from './api/attachments.controller';
import { AttachmentUploads } from './attachments/attachment-uploads';
import { MessageFiles } from './attachments/message-files';
import { UploadedParts } from './uploaded-parts';
import { MessagePictures } from './pictures/message-pictures';
import { PictureAccess } from './pictures/picture-access';
import { PictureMigration } from './pictures/picture-migration';
import { ChatSearch } from './search/chat-search';
import { SearchIndexer } from './search/search-indexer';
import { EditedContents } from './edited-content';
import { QueueChanges } from './queue-changes';
import { QueueReader } from './queue-reader';
import { SendNow } from './send-now';
import { PublishedText } from './event-log/published-text';
import { UnfinishedRows } from './turns/unfinished-rows';
import { GatewayThreads } from './turns/gateway-threads';
import { ThreadHistory } from './turns/thread-history';
import { ChatThreads } from './turns/chat-threads';
import { ChatSummaries } from './suggestions/chat-summaries';
import { ChatTitles } from './suggestions/chat-titles';
import { Terminals } from './terminals';
import { TurnCommands } from './turn-commands';
import { TurnControl } from './turn-control';
import { TurnFollower } from './turn-follower';
import { TurnQueue } from './turns/turn-queue';
import { ThreadRelease } from './thread-release';
import { TurnReconciler } from './turns/turn-reconciler';
import { TurnScheduler } from './turns/turn-scheduler';
import { TurnServices } from './turns/turn-services';
import { WaitingMessages } from './waiting-messages';

/** What other modules of the service may use of the chats. */
const SHARED = [
  ChatList,
  ...[ApprovalAnswers, ApprovalService, ChatDirectory, EventFeed, EventFollower, EventLog, MessageIntake],
  ...[
    DisabledUsers,
    PictureAccess,
    PublishedText,
    ChatHistory,
    ChatRemoval,
    ChatStop,
    QueueChanges,
    SendNow,
    WaitingMessages,
    ChatStateReader,
    ChatService,
    TurnCommands,
    ThreadRelease,
    TurnControl,
    TurnFollower,
    TurnQueue,
    TurnReconciler,
    TurnScheduler,
  ],
];

@Module({
  imports: [AppServerModule, GatewayModule, RuntimeModule],
  controllers: [
    ...[ChatsController, ChatStateController, MessagesController, SearchController, TurnsController],
    ...[
      ApprovalsController,
      ApprovalRulesController,
      OwnApprovalRulesController,
      AgentActionsController,
      BackendsController,
    ],
    BlobsController,
    AttachmentsController,
    QueueController,
    PinsController,
    TurnCommandsController,
    TerminalsController,
    ChatSummaryController,
  ],
  providers: [
    ...SHARED,
    ...[ChatSearch, ChatSizes, LogCompaction, SandboxLimits, SearchIndexer, StorageGuard],
    ...[AgentPolicies, ApprovalRules, ChatState],
    ...[AttachmentUploads, MessageFiles, MessagePictures, PictureMigration, UploadedParts],
    ...[ChatPins, ChatSummaries, ChatTitles, Terminals],
    ...[ChatThreads, GatewayThreads, ThreadHistory, UnfinishedRows, TurnServices],
    ...[EditedContents, QueueReader],
  ],
  exports: SHARED,
})
export class ChatModule {}
