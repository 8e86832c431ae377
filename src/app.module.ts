import { Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { AppServerModule } from './app-server/app-server.module';
import { AuthModule } from './auth/auth.module';
import { ChatModule } from './chat/chat.module';
import { LoggerModule } from './common/logger.module';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { GatewayModule } from './gateway/gateway.module';
import { ObservabilityModule } from './observability/observability.module';
import { RealtimeModule } from './realtime/realtime.module';
import { RuntimeModule } from './runtime/runtime.module';
import { SettingsModule } from './settings/settings.module';
import { schema } from './schema';
import { CatalogRefresh } from './catalog-refresh';
import { Operation } from './operation';
import { Preparation } from './preparation';

@Module({
  imports: [
    ...[ConfigModule, LoggerModule, DatabaseModule.forRoot(schema), RuntimeModule, AppServerModule],
    ...[AuthModule, GatewayModule, ChatModule, RealtimeModule, ObservabilityModule],
    ...[SettingsModule, AdminModule],
  ],
  providers: [CatalogRefresh, Preparation, Operation],
})
export class AppModule {}
