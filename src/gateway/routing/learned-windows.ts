import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../common/bounded-map';
import { ComponentLogger, Logger } from '../../common/logger';
import { Backend, specOf } from '../catalog/backend';
import { BackendRegistry } from '../catalog/backend-registry';
import { Deployment } from '../catalog/deployment';
import { contextWindowIn } from '../wire/context-window';
import { UpstreamError } from '../wire/upstream.error';

const MAX_WINDOWS = 1_000;

/**
 * Context windows that providers have told of when they refused a request as too long. What the backends file says goes
 * before them; of what `models.yaml` says, the smaller counts, since a server may well serve less than a model can take.
 *
 * In memory: after a restart, one more refusal tells it again.
 */
@Injectable()
export class LearnedWindows {
  /** Tokens, by deployment and the provider's name of the model. */
  private readonly windows = new BoundedMap<string, number>(MAX_WINDOWS);
  private readonly logger: ComponentLogger;

  constructor(
    private readonly backends: BackendRegistry,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /** @param model the provider's name of it, as the call names it */
  learn({ backend, id }: Deployment, model: string, { code, message, contextWindow }: UpstreamError): void {
    if (code !== 'context_length_exceeded' || isSet(backend, model)) return;
    const tokens = contextWindow ?? contextWindowIn(message);
    const key = keyOf(id, model);
    if (tokens === undefined || this.windows.get(key) === tokens) return;
    this.windows.set(key, tokens);
    this.logger.info({ deployment: id, model, tokens }, 'a provider has told how large its context window is');
  }

  /** The smallest that a deployment of the backend has told of, where that says more than is known; in tokens. */
  find(backend: Backend, model: string): number | undefined {
    if (isSet(backend, model)) return undefined;
    const told = backend.deployments.flatMap(({ id }) => this.windows.get(keyOf(id, model)) ?? []);
    if (told.length === 0) return undefined;
    const { contextWindow, contextWindowFrom } = specOf(backend, model);
    const smallest = Math.min(...told);
    return contextWindowFrom === 'models' && smallest >= contextWindow ? undefined : smallest;
  }

  /** The same for a backend and a model of it as a chat names them; null: the backend's own model. */
  findByName(backendId: string, model: string | null): number | undefined {
    const resolved = this.backends.resolve(model === null ? backendId : `${backendId}/${model}`);
    return resolved && this.find(resolved.backend, resolved.model);
  }

  /** The window that counts: what was learned, else what is known or assumed; in tokens. */
  windowOf(backend: Backend, model: string): number {
    return this.find(backend, model) ?? specOf(backend, model).contextWindow;
  }
}

const isSet = (backend: Backend, model: string): boolean => specOf(backend, model).contextWindowFrom === 'file';

const keyOf = (deployment: string, model: string): string => `${deployment}\n${model}`;
