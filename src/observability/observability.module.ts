import { Module } from '@nestjs/common';
import { AppServerModule } from '../app-server/app-server.module';
import { ChatModule } from '../chat/chat.module';
import { GatewayModule } from '../gateway/gateway.module';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { ServicePhase } from './service-phase';

@Module({
  imports: [AppServerModule, ChatModule, GatewayModule],
  controllers: [HealthController],
  providers: [HealthService, ServicePhase],
  exports: [ServicePhase],
})
export class ObservabilityModule {}
