import { Module } from '@nestjs/common';
import { GatewayAccess } from './access/gateway-access';
import { GatewayAccessGuard } from './access/gateway-access.guard';
import { GatewayKeys } from './access/gateway-keys';
import { KeyAccounts } from './access/key-accounts';
import { OpenAccess } from './access/open-access';
import { StoredKeys } from './access/stored-keys';
import { BackendKeys } from './backends/backend-keys';
import { BackendRegistry } from './backends/backend-registry';
import { CompletionService } from './completions-api/completion.service';
import { CompletionAttempt } from './completions-api/completion-attempt';
import { CompletionsController } from './completions-api/completions.controller';
import { CompletionRelay } from './completions-api/completion-relay';
import { CompletionTranslation } from './completions-api/completion-translation';
import { UpstreamPool, upstreamPool } from './dispatch/upstream-pool';
import { Deployments } from './dispatch/deployments';
import { Dispatcher } from './dispatch/dispatcher';
import { UpstreamFailures } from './errors/upstream-failures';
import { BackendRouter } from './http/backend-router';
import { CallPreparation } from './http/call-preparation';
import { Compaction } from './http/compaction';
import { FailureReport } from './http/failure-report';
import { InstanceEndpoint } from './http/instance-endpoint';
import { ModelsController } from './http/models.controller';
import { OpenAiErrorFilter } from './http/openai-error.filter';
import { ResponseExecutor } from './http/response-executor';
import { ResponsesController } from './http/responses.controller';
import { ResponsesService } from './http/responses.service';
import { StoredResponsesController } from './http/stored-responses.controller';
import { ProviderKeys } from './keys/provider-keys';
import { SecretCipher } from './keys/secret-cipher';
import { ProviderTable } from './providers/provider-table';
import { Conversation } from './responses/conversation';
import { StoredResponses } from './responses/stored-responses';
import { StoredResponsesShare } from './responses/stored-responses-share';
import { UnwrittenResponses } from './responses/unwritten-responses';
import { SessionRoutes } from './session-routes';
import { CallLog } from './usage/call-log';
import { CallMeter } from './usage/call-meter';
import { CallMetrics } from './usage/call-metrics';
import { UsageReport } from './usage/usage-report';
import { ResponsesSocketServer } from './websocket/responses-socket-server';

/**
 * `/v1`: the Responses API over any model backend.
 *
 * Needs from global modules: the configuration classes, `Logger`, `Database` and `ModelEndpoint`.
 */
@Module({
  controllers: [ResponsesController, StoredResponsesController, ModelsController, CompletionsController],
  providers: [
    ...[GatewayAccess, GatewayAccessGuard, GatewayKeys, KeyAccounts, OpenAccess],
    ...[ProviderKeys, SecretCipher, StoredKeys, CallMeter, CallMetrics, CallLog, UsageReport],
    ...[CompletionService, CompletionAttempt, CompletionRelay, CompletionTranslation],
    { provide: UpstreamPool, useValue: upstreamPool },
    ProviderTable,
    BackendKeys,
    BackendRegistry,
    ...[Deployments, Dispatcher],
    SessionRoutes,
    UpstreamFailures,
    BackendRouter,
    ...[InstanceEndpoint, OpenAiErrorFilter],
    ...[ResponseExecutor, ResponsesService, CallPreparation, FailureReport, Compaction],
    ...[Conversation, StoredResponses, StoredResponsesShare, UnwrittenResponses, ResponsesSocketServer],
  ],
  exports: [
    ...[BackendRegistry, BackendKeys, SessionRoutes, UpstreamFailures],
    ...[GatewayKeys, ProviderKeys, StoredKeys, UsageReport, CallMeter],
    ...[Deployments, ProviderTable],
  ],
})
export class GatewayModule {}
