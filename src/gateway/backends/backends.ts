import { Injectable } from '@nestjs/common';
import { watched } from '../dispatch/attempt-watch';
import { Deployment } from '../dispatch/deployment';
import { Deployments } from '../dispatch/deployments';
import { translatedCall } from '../dispatch/translated-call';
import { redactKeys } from '../errors/redact';
import { upstreamErrorOf } from '../errors/upstream-failure';
import { UpstreamError } from '../errors/upstream.error';
import { readResponsesRequest } from '../protocol/responses-request';
import { languageModelStream } from '../providers/language-model-stream';
import { callNative } from '../providers/native-responses';
import { ProviderTable } from '../providers/provider-table';
import { ToolCatalog } from '../translate/tool-catalog';
import { BackendRegistry } from './backend-registry';

/** How one deployment answered a minimal call. */
export interface DeploymentReport {
  readonly id: string;
  readonly model: string;
  readonly baseUrl: string | null;
  readonly ok: boolean;
  /** Milliseconds until the whole answer was there, or the failure. */
  readonly latencyMs: number;
  /** null when it is fine. */
  readonly error: { readonly code: string; readonly message: string; readonly status: number | null } | null;
}

export interface BackendReport {
  readonly id: string;
  /** Whether every deployment answered. */
  readonly ok: boolean;
  readonly deployments: readonly DeploymentReport[];
}

/** Longest time, in milliseconds, that a test may take. */
const TEST_TIMEOUT_MS = 30_000;
/** The least that all providers accept; OpenAI refuses less than 16. */
const TEST_OUTPUT_TOKENS = 16;

/** The backends as an operator looks at them. */
@Injectable()
export class Backends {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly deployments: Deployments,
    private readonly providers: ProviderTable,
  ) {}

  /** Asks each deployment of a backend for a few words; undefined for a backend that does not exist. */
  async test(id: string): Promise<BackendReport | undefined> {
    const backend = this.registry.find(id);
    if (backend === undefined) return undefined;
    const deployments = await Promise.all(this.deployments.all(backend).map((deployment) => this.report(deployment)));
    return { id, ok: deployments.every(({ ok }) => ok), deployments };
  }

  private async report(deployment: Deployment): Promise<DeploymentReport> {
    const started = performance.now();
    const error = await this.call(deployment).then(
      () => null,
      (failure: unknown) => upstreamErrorOf(failure),
    );
    return {
      id: deployment.id,
      model: deployment.model,
      baseUrl: deployment.settings.baseUrl,
      ok: error === null,
      latencyMs: Math.round(performance.now() - started),
      error: error && {
        code: error.code,
        message: redactKeys(error.message, deployment.apiKey()),
        status: error.status ?? null,
      },
    };
  }

  private async call(deployment: Deployment): Promise<void> {
    const { apiKeyEnv } = deployment.settings;
    if (apiKeyEnv !== null && deployment.apiKey() === '') {
      throw UpstreamError.notReady(`its key variable ${apiKeyEnv} is not set`);
    }
    const limit = AbortSignal.timeout(TEST_TIMEOUT_MS);
    await watched(deployment.timeouts, limit, ({ signal }) => this.ask(deployment, signal));
  }

  private async ask(deployment: Deployment, signal: AbortSignal): Promise<void> {
    const request = readResponsesRequest({ input: 'Say OK.', max_output_tokens: TEST_OUTPUT_TOKENS, store: false });
    const connection = this.providers.connectionOf(deployment);
    if (connection.protocol === 'responses') {
      await (await callNative(connection, deployment, request, signal)).text();
      return;
    }
    const { model, options } = translatedCall(connection, deployment, request, new ToolCatalog([]));
    let parts = 0;
    for await (const part of languageModelStream(model, options, signal)) parts += part.type === 'finish' ? 1 : 0;
    if (parts === 0) throw UpstreamError.cutOff();
  }
}
