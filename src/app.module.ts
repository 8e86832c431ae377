import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import { AdminModule } from './admin/admin.module';
import { AppServerModule } from './app-server/app-server.module';
import { AuthModule } from './auth/auth.module';
import { BranchesModule } from './branches/branches.module';
import { ChatModule } from './chat/chat.module';
import { LoggerModule } from './common/logger.module';
import { ChatSessionsContractModule } from './compat/chat-sessions/chat-sessions.module';
import { ExecModule } from './compat/exec/exec.module';
import { PoolContractModule } from './compat/pool/pool.module';
import { SessionsContractModule } from './compat/sessions/sessions.module';
import { ThreadsContractModule } from './compat/threads/threads.module';
import { ContractsModule } from './contracts/contracts.module';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { FilesModule } from './files/files.module';
import { GatewayModule } from './gateway/gateway.module';
import { McpModule } from './mcp/mcp.module';
import { ObservabilityModule } from './observability/observability.module';
import { ProjectsModule } from './projects/projects.module';
import { AcpModule } from './protocols/acp/acp.module';
import { AgentModelModule } from './protocols/openai-agent/agent-model.module';
import { UiStreamModule } from './protocols/ui-stream/ui-stream.module';
import { McpServerModule } from './protocols/mcp-server/mcp-server.module';
import { PushModule } from './push/push.module';
import { RealtimeModule } from './realtime/realtime.module';
import { ChatGitModule, RepositoriesModule } from './repositories/repositories.module';
import { RetentionModule } from './retention/retention.module';
import { RuntimeModule } from './runtime/runtime.module';
import { SettingsModule } from './settings/settings.module';
import { SkillsModule } from './skills/skills.module';
import { SnapshotsModule } from './snapshots/snapshots.module';
import { StorageModule } from './storage/storage.module';
import { TemplatesModule } from './templates/templates.module';
import { WebhooksModule } from './webhooks/webhooks.module';
import { WorkspacesModule } from './workspaces/workspaces.module';
import { ToolsModule } from './tools/tools.module';
import { schema } from './schema';
import { CatalogRefresh } from './catalog-refresh';
import { InternalListener } from './internal-listener';
import { Lifecycle } from './lifecycle';
import { Operation } from './operation';
import { DataRootLock } from './runtime/data-root-lock';

@Module({
  imports: [
    ...[ConfigModule, LoggerModule, DatabaseModule.forRoot(schema, DataRootLock), RuntimeModule, StorageModule],
    ...[AppServerModule, ToolsModule],
    ...[AuthModule, AccessModule, GatewayModule, ChatModule, ProjectsModule, FilesModule, McpModule, SkillsModule],
    ...[WorkspacesModule, SnapshotsModule, BranchesModule, RepositoriesModule, ChatGitModule],
    ...[TemplatesModule, RealtimeModule, ContractsModule, WebhooksModule, PushModule, ObservabilityModule],
    ...[SessionsContractModule, ThreadsContractModule, ChatSessionsContractModule],
    ...[AgentModelModule, UiStreamModule],
    ...[AcpModule, McpServerModule],
    ...[ExecModule, PoolContractModule],
    ...[SettingsModule, AdminModule, RetentionModule],
  ],
  providers: [CatalogRefresh, InternalListener, Lifecycle, Operation],
})
export class AppModule {}
