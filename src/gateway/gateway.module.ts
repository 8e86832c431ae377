import { Module, OnModuleInit } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway.config';
import { CallLog } from './accounts/call-log';
import { CallMeter } from './accounts/call-meter';
import { CallMetrics } from './accounts/call-metrics';
import { ErasedUsage } from './accounts/erased-usage';
import { AgentAccessGuard, GatewayAccess, GatewayAccessGuard } from './accounts/gateway-access';
import { GatewayKeys } from './accounts/gateway-keys';
import { KeyAccounts } from './accounts/key-accounts';
import { KeyOwners } from './accounts/key-owners';
import { OpenAccess } from './accounts/open-access';
import { UsageReport } from './accounts/usage-report';
import { BackendKeys, ProviderKeys } from './catalog/backend-keys';
import { BackendRegistry } from './catalog/backend-registry';
import { ProviderTypes } from './catalog/provider-types';
import { SecretCipher } from './catalog/secret-cipher';
import { CompletionExecutor } from './completions-api/completion-executor';
import { ChatQuestions } from './chat-questions';
import { CompletionService } from './completions-api/completion.service';
import { CompletionsController } from './completions-api/completions.controller';
import { ModelGateway } from './model-gateway';
import { ModelsController } from './models.controller';
import { ProviderTable } from './providers/provider-table';
import { UpstreamPool, upstreamPool } from './providers/upstream/upstream-pool';
import { CallPreparation } from './responses-api/call-preparation';
import { Compaction } from './responses-api/compaction';
import { Conversation } from './responses-api/conversation';
import { InputTokens } from './responses-api/input-tokens';
import { InstanceEndpoint } from './responses-api/instance-endpoint';
import { ResponseExecutor } from './responses-api/response-executor';
import { ResponsesController } from './responses-api/responses.controller';
import { ResponsesService } from './responses-api/responses.service';
import { StoredResponsesController } from './responses-api/stored-responses.controller';
import { StoredResponses } from './responses-api/stored/stored-responses';
import { StoredResponsesShare } from './responses-api/stored/stored-responses-share';
import { UnwrittenResponses } from './responses-api/stored/unwritten-responses';
import { ResponsesSocketServer } from './responses-api/websocket/responses-socket-server';
import { BackendRouter } from './routing/backend-router';
import { DelegatedModels } from './routing/delegated-models';
import { Deployments } from './routing/deployments';
import { Dispatcher } from './routing/dispatcher';
import { LearnedWindows } from './routing/learned-windows';
import { RefusedContent } from './routing/refused-content';
import { ThreadCalls } from './routing/thread-calls';
import { UpstreamFailures } from './routing/upstream-failures';
import { SessionRoutes } from './routing/session-routes';
import { UnknownPathController } from './unknown-path.controller';
import { OpenAiErrorFilter } from './wire/http/openai-error.filter';

/**
 * `/v1`: the Responses API over any model backend.
 *
 * Needs from global modules: the configuration classes, `Logger`, `Database`, `ModelEndpoint` and `UsageLimits`.
 */
@Module({
  controllers: [
    ...[ResponsesController, StoredResponsesController, ModelsController, CompletionsController],
    // The last one: it takes what the others leave.
    UnknownPathController,
  ],
  providers: [
    ...[GatewayAccess, GatewayAccessGuard, AgentAccessGuard, GatewayKeys, KeyAccounts, KeyOwners, OpenAccess],
    ...[ProviderKeys, SecretCipher, CallMeter, CallMetrics, CallLog, ErasedUsage, UsageReport],
    ...[CompletionService, CompletionExecutor],
    {
      provide: UpstreamPool,
      useFactory: (proxies: GatewayConfig) => upstreamPool.use(proxies),
      inject: [GatewayConfig],
    },
    ...[ProviderTable, { provide: ProviderTypes, useExisting: ProviderTable }],
    BackendKeys,
    BackendRegistry,
    ...[Deployments, Dispatcher, LearnedWindows],
    SessionRoutes,
    ...[UpstreamFailures, RefusedContent, ThreadCalls],
    ...[BackendRouter, DelegatedModels],
    ModelGateway,
    ChatQuestions,
    ...[InstanceEndpoint, OpenAiErrorFilter],
    ...[ResponseExecutor, ResponsesService, CallPreparation, Compaction, InputTokens],
    ...[Conversation, StoredResponses, StoredResponsesShare, UnwrittenResponses, ResponsesSocketServer],
  ],
  exports: [
    ...[BackendRegistry, BackendKeys, SessionRoutes, UpstreamFailures, RefusedContent, LearnedWindows, ThreadCalls],
    ...[GatewayKeys, ProviderKeys, UsageReport, CallMeter, CallLog, ErasedUsage],
    ...[ModelGateway, Deployments, ChatQuestions, InstanceEndpoint, SecretCipher, DelegatedModels],
  ],
})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly providerKeys: ProviderKeys,
    private readonly gatewayKeys: GatewayKeys,
    private readonly backends: BackendRegistry,
  ) {}

  /** Reads what is kept in memory, once the database is open. @throws ConfigError of the backends file */
  async onModuleInit(): Promise<void> {
    await this.providerKeys.load();
    await this.gatewayKeys.load();
    // Behind the providers' keys, which decide which backends there are.
    this.backends.load();
  }
}
