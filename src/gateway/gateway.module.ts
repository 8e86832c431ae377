import { Module } from '@nestjs/common';
import { BackendKeys } from './backends/backend-keys';
import { BackendRegistry } from './backends/backend-registry';
import { UpstreamFailures } from './errors/upstream-failures';
import { BackendRouter } from './http/backend-router';
import { ModelsController } from './http/models.controller';
import { ResponseMaker } from './http/response-maker';
import { ResponsesController } from './http/responses.controller';
import { ResponsesService } from './http/responses.service';
import { ProviderTable } from './providers/provider-table';
import { SessionRoutes } from './session-routes';

/**
 * `/v1`: the Responses API over any model backend.
 *
 * Needs from global modules: the configuration classes, `Logger` and `ModelEndpoint`.
 */
@Module({
  controllers: [ResponsesController, ModelsController],
  providers: [
    ProviderTable,
    BackendKeys,
    BackendRegistry,
    SessionRoutes,
    UpstreamFailures,
    BackendRouter,
    ResponseMaker,
    ResponsesService,
  ],
  exports: [BackendRegistry, SessionRoutes, UpstreamFailures],
})
export class GatewayModule {}
