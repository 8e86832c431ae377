import { Injectable } from '@nestjs/common';
import { notFound } from '../common/domain.error';
import { CallMeter } from './accounts/call-meter';
import { MeteredCall } from './accounts/metered-call';
import { BackendRegistry } from './catalog/backend-registry';
import { Deployment } from './catalog/deployment';
import { languageModelStream, translatedCall } from './providers/language-model-call';
import { askOpenAi } from './providers/openai-question';
import { Connection, TranslatedProvider } from './providers/provider';
import { ProviderTable } from './providers/provider-table';
import { ToolCatalog } from './providers/translation/tool-catalog';
import { Deployments } from './routing/deployments';
import { openCaller } from './wire/gateway-caller';
import { redactKeys } from './wire/redact';
import { readResponsesRequest } from './wire/responses-request';
import { upstreamErrorOf } from './wire/upstream-failure';
import { UpstreamError, UpstreamErrorCode } from './wire/upstream.error';
import { tokensOfParts } from './wire/usage';

/** Deployments asked at a time: a file may list many. */
const AT_ONCE = 4;
const DEADLINE_MS = 30_000;

const QUESTION = 'Answer with the single word OK.';
/** The fewest that OpenAI allows; a model that thinks first may need them all, which still shows that it answers. */
const MAX_OUTPUT_TOKENS = 16;
const MAX_ANSWER_LENGTH = 200;

/** How one deployment of a backend answered. */
export interface DeploymentAnswer {
  readonly id: string;
  readonly ok: boolean;
  /** The provider's name of the model. */
  readonly model: string;
  /** Until the complete answer was there, or the failure. */
  readonly durationMs: number;
  /** The beginning of the answer; null for none. */
  readonly answer: string | null;
  /** In the provider's words, without its key. */
  readonly error: { readonly code: UpstreamErrorCode; readonly message: string } | null;
}

export interface BackendAnswer {
  readonly id: string;
  /** Whether every deployment answered. */
  readonly ok: boolean;
  readonly deployments: DeploymentAnswer[];
}

/** Asks models for the service itself. */
@Injectable()
export class ModelGateway {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly deployments: Deployments,
    private readonly providers: ProviderTable,
    private readonly meter: CallMeter,
  ) {}

  /**
   * Asks every deployment of a backend for one word, whatever is known of its health, and without another to fall back to.
   * Takes at most half a minute for every four deployments; the calls are booked to the user.
   *
   * @throws DomainError `backend_not_found`.
   */
  async ask(backendId: string, userId: string): Promise<BackendAnswer> {
    const backend = this.registry.find(backendId);
    if (backend === undefined) throw notFound('backend', backendId);
    const left = this.deployments.all(backend);
    const answers: DeploymentAnswer[] = [];
    while (left.length > 0) {
      const running = left.splice(0, AT_ONCE).map((deployment) => this.askOne(deployment, userId));
      answers.push(...(await Promise.all(running)));
    }
    return { id: backendId, ok: answers.every(({ ok }) => ok), deployments: answers };
  }

  private async askOne(deployment: Deployment, userId: string): Promise<DeploymentAnswer> {
    const { id, model, backend } = deployment;
    const metered = this.begin(deployment, userId);
    const startedAt = performance.now();
    const elapsedMs = (): number => Math.round(performance.now() - startedAt);
    try {
      const text = (await this.answerOf(deployment, metered)).trim().slice(0, MAX_ANSWER_LENGTH);
      metered.end('ok');
      return { id, ok: true, model, durationMs: elapsedMs(), answer: text === '' ? null : text, error: null };
    } catch (error) {
      const { code, message } = upstreamErrorOf(error);
      metered.end('failed', code);
      const redacted = redactKeys(`Backend "${backend.id}" ${message}`, deployment.apiKey());
      return { id, ok: false, model, durationMs: elapsedMs(), answer: null, error: { code, message: redacted } };
    }
  }

  private begin({ backend, model }: Deployment, userId: string): MeteredCall {
    const call = { threadId: null, route: undefined, backendId: backend.id, model, endpoint: 'responses' } as const;
    return this.meter.begin({ ...call, caller: openCaller(userId) });
  }

  private async answerOf(deployment: Deployment, metered: MeteredCall): Promise<string> {
    const { apiKeyEnv } = deployment.settings;
    if (apiKeyEnv !== null && deployment.apiKey() === '') {
      throw UpstreamError.notReady(`its key variable ${apiKeyEnv} is not set`);
    }
    metered.attempt(deployment.id, 0);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(UpstreamError.silent(DEADLINE_MS / 1000)), DEADLINE_MS);
    try {
      return await ask(this.providers.connectionOf(deployment), deployment, metered, deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Providers with the Responses API are asked as OpenAI's own client does, others as a chat is translated for them. */
async function ask(
  connection: Connection,
  deployment: Deployment,
  metered: MeteredCall,
  signal: AbortSignal,
): Promise<string> {
  if (connection.protocol !== 'responses') return askTranslated(connection, deployment, metered, signal);
  const question = { model: deployment.model, input: QUESTION, max_output_tokens: MAX_OUTPUT_TOKENS };
  const { text, tokens } = await askOpenAi(connection.responses(deployment), question, deployment.timeouts, signal);
  metered.firstOutput();
  metered.usage(tokens);
  return text;
}

async function askTranslated(
  provider: TranslatedProvider,
  deployment: Deployment,
  metered: MeteredCall,
  signal: AbortSignal,
): Promise<string> {
  const question = readResponsesRequest({ input: QUESTION, max_output_tokens: MAX_OUTPUT_TOKENS });
  const call = translatedCall(provider, deployment, question, new ToolCatalog([]));
  let text = '';
  for await (const part of languageModelStream(call, signal)) {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') metered.firstOutput();
    if (part.type === 'text-delta' && text.length < MAX_ANSWER_LENGTH) text += part.delta;
    if (part.type === 'finish') metered.usage(tokensOfParts(part.usage));
  }
  return text;
}
