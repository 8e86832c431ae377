import { Module } from '@nestjs/common';
import { AppServerModule } from '../app-server/app-server.module';
import { ChatModule } from '../chat/chat.module';
import { GatewayModule } from '../gateway/gateway.module';
import { BackendTestController } from './backend-test.controller';
import { GatewayKeyAdmin } from './gateway-key-admin';
import { GatewayKeysController } from './gateway-keys.controller';
import { PoolController } from './pool.controller';
import { PoolService } from './pool.service';
import { UsageController } from './usage.controller';
import { UsageView } from './usage-view';

/** The operator's part of the API: pool, gateway keys, usage, tests of backends. */
@Module({
  imports: [AppServerModule, GatewayModule, ChatModule],
  controllers: [GatewayKeysController, UsageController, BackendTestController, PoolController],
  providers: [GatewayKeyAdmin, UsageView, PoolService],
})
export class AdminModule {}
