import { Module } from '@nestjs/common';
import { AppServerModule } from '../app-server/app-server.module';
import { ChatModule } from '../chat/chat.module';
import { GatewayModule } from '../gateway/gateway.module';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { MetricsController } from './metrics.controller';
import { PoolMetrics } from './pool-metrics';
import { ServiceMetrics } from './service-metrics';
import { ServicePhase } from './service-phase';

@Module({
  imports: [AppServerModule, ChatModule, GatewayModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthService, PoolMetrics, ServiceMetrics, ServicePhase],
  exports: [ServicePhase],
})
export class ObservabilityModule {}
