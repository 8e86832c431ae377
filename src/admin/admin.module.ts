import { Module } from '@nestjs/common';
import { AppServerModule } from '../app-server/app-server.module';
import { ChatModule } from '../chat/chat.module';
import { ProjectsModule } from '../projects/projects.module';
import { AuditController } from './audit/audit.controller';
import { AuditView } from './audit/audit-view';
import { ErasedWords } from './users/erased-words';
import { LimitsAdminController } from './users/limits-admin.controller';
import { UserAdmin } from './users/user-admin';
import { UserArchive } from './users/user-archive';
import { UserErasure } from './users/user-erasure';
import { UserExport } from './users/user-export';
import { UsersController } from './users/users.controller';
import { GatewayModule } from '../gateway/gateway.module';
import { BackendAdmin } from './backend-admin';
import { BackendsAdminController } from './backends-admin.controller';
import { GatewayKeyAdmin } from './gateway-key-admin';
import { GatewayKeysController } from './gateway-keys.controller';
import { OwnGatewayKeysController } from './own-gateway-keys.controller';
import { PoolController } from './pool.controller';
import { PoolService } from './pool.service';
import { UsageController } from './usage.controller';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { UsageView } from './usage-view';

/** The operator's part of the API: pool, gateway keys, usage, tests of backends. */
@Module({
  imports: [AppServerModule, GatewayModule, ChatModule, ProjectsModule, WorkspacesModule],
  controllers: [
    GatewayKeysController,
    OwnGatewayKeysController,
    UsageController,
    BackendsAdminController,
    PoolController,
    ...[UsersController, LimitsAdminController, AuditController],
  ],
  providers: [
    BackendAdmin,
    GatewayKeyAdmin,
    UsageView,
    PoolService,
    ...[UserAdmin, UserArchive, UserExport, UserErasure, ErasedWords, AuditView],
  ],
})
export class AdminModule {}
