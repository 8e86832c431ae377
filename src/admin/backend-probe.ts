import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { notFound } from '../common/domain.error';
import { openCaller } from '../gateway/wire/gateway-caller';
import { Backend } from '../gateway/catalog/backend';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { Deployment } from '../gateway/catalog/deployment';
import { Deployments } from '../gateway/routing/deployments';
import { redactKeys } from '../gateway/wire/redact';
import { upstreamErrorOf } from '../gateway/wire/upstream-failure';
import { UpstreamError } from '../gateway/wire/upstream.error';
import { ProviderTable } from '../gateway/providers/provider-table';
import { CallMeter } from '../gateway/accounts/call-meter';
import { MeteredCall } from '../gateway/accounts/metered-call';
import { BackendTestDto, DeploymentTestDto } from './backend-test.dto';
import { askShortly } from './short-question';

/** Deployments asked at a time: a file may list many. */
const AT_ONCE = 4;
const DEADLINE_MS = 30_000;

/** Asks every deployment of a backend for a word, whatever is known of its health, and without another to fall back to. */
@Injectable()
export class BackendProbe {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly deployments: Deployments,
    private readonly providers: ProviderTable,
    private readonly meter: CallMeter,
  ) {}

  /** Takes at most half a minute for every four deployments. @throws DomainError `backend_not_found`. */
  async test(user: User, id: string): Promise<BackendTestDto> {
    const backend = this.registry.find(id);
    if (backend === undefined) throw notFound('backend', id);
    const left = this.deployments.all(backend);
    const results: DeploymentTestDto[] = [];
    while (left.length > 0) {
      const tests = left.splice(0, AT_ONCE).map((deployment) => this.testOne(user, backend, deployment));
      results.push(...(await Promise.all(tests)));
    }
    return { id, ok: results.every(({ ok }) => ok), deployments: results };
  }

  private async testOne(user: User, backend: Backend, deployment: Deployment): Promise<DeploymentTestDto> {
    const { id, model } = deployment;
    const metered = this.begin(user, deployment);
    const startedAt = performance.now();
    const took = (): number => Math.round(performance.now() - startedAt);
    try {
      const answer = await this.ask(deployment, metered);
      metered.end('ok');
      return { id, ok: true, model, durationMs: took(), answer, error: null };
    } catch (error) {
      const { code, message } = upstreamErrorOf(error);
      metered.end('failed', code);
      const told = redactKeys(`Backend "${backend.id}" ${message}`, deployment.apiKey());
      return { id, ok: false, model, durationMs: took(), answer: null, error: { code, message: told } };
    }
  }

  private async ask(deployment: Deployment, metered: MeteredCall): Promise<string | null> {
    if (deployment.settings.apiKeyEnv !== null && deployment.apiKey() === '') {
      throw UpstreamError.notReady(`its key variable ${deployment.settings.apiKeyEnv} is not set`);
    }
    metered.attempt(deployment.id, 0);
    const deadline = new AbortController();
    const late = (): void => deadline.abort(UpstreamError.silent(DEADLINE_MS / 1000));
    const timer = setTimeout(late, DEADLINE_MS);
    try {
      return await askShortly(this.providers.connectionOf(deployment), deployment, metered, deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private begin(user: User, { backend, model }: Deployment): MeteredCall {
    const call = { threadId: null, route: undefined, backendId: backend.id, model, endpoint: 'responses' } as const;
    return this.meter.begin({ ...call, caller: openCaller(user.id) });
  }
}
