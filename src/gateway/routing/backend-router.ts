import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { Backend } from '../catalog/backend';
import { BackendRegistry } from '../catalog/backend-registry';
import { ResolvedModel } from '../catalog/loaded-backends';
import { isModelName, MODEL_NAME_RULE } from '../catalog/model-name';
import { SessionRoute, SessionRoutes } from './session-routes';
import { GatewayCaller } from '../wire/gateway-caller';
import { isObject, JsonObject, parseJson, textOf } from '../wire/json';
import { invalidRequest, OpenAiError } from '../wire/openai.error';

/** Where a request goes. */
export interface Target {
  readonly backend: Backend;
  /** The provider's name of the model. */
  readonly model: string;
  readonly caller: Caller;
  /** The route of the caller's thread, if it has one. */
  readonly route?: SessionRoute;
}

/** Finds the backend of a request: by its thread's route, else by its `model`. */
@Injectable()
export class BackendRouter {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly routes: SessionRoutes,
  ) {}

  /**
   * @throws OpenAiError 400 for what cannot be the name of a model; 404 `model_not_found`, which ends codex's turn, with the models that exist; 403 for a model
   * that the caller may not use.
   */
  resolve(model: string | undefined, caller: Caller): Target {
    const route = caller.threadIds.map((id) => this.routes.find(id)).find((found) => found !== undefined);
    const resolved = route === undefined ? this.byName(model) : this.byRoute(route);
    if (caller.access !== undefined) requireAllowed(caller.access, resolved.backend, resolved.model);
    return { ...resolved, caller, route };
  }

  private byRoute({ backendId, model }: SessionRoute): ResolvedModel {
    const backend = this.registry.find(backendId) ?? this.unknown(backendId);
    if (model === null) return { backend, model: backend.model };
    return this.registry.resolve(`${backendId}/${model}`) ?? this.unknown(`${backendId}/${model}`);
  }

  /** `backend`, `backend/model` or an alias; no name at all is the default backend. */
  private byName(name: string | undefined): ResolvedModel {
    if (name === undefined) return { backend: this.registry.default, model: this.registry.default.model };
    const resolved = this.registry.resolve(name);
    if (resolved === undefined && !isModelName(name))
      throw invalidRequest('model', `"model" must be ${MODEL_NAME_RULE}.`);
    return resolved ?? this.unknown(name);
  }

  private unknown(name: string): never {
    const known = this.registry.list().map(({ id }) => id);
    const message = `There is no model "${name}". Models: ${known.join(', ')}; "backend/model" names another model of a backend.`;
    throw new OpenAiError(404, 'model_not_found', message, 'model');
  }
}

/** Whether the caller may use a model of a backend, by the provider's name for it or by one of ours. */
export function isAllowed(caller: GatewayCaller, backend: Backend, model: string): boolean {
  if (caller.allows(backend.id, model)) return true;
  const named = backend.models.filter((entry) => entry.model === model);
  return named.some(({ name }) => caller.allows(backend.id, name));
}

/** @throws OpenAiError 403 `model_not_allowed`. */
function requireAllowed(caller: GatewayCaller, backend: Backend, model: string): void {
  if (isAllowed(caller, backend, model)) return;
  const message = `This key may not use the model "${model}" of "${backend.id}".`;
  throw new OpenAiError(403, 'model_not_allowed', message, 'model');
}

/** Who sent a request to `/v1`, as far as it matters for the answer. */
export interface Caller {
  /** Threads that the request may belong to, its own first. */
  readonly threadIds: readonly string[];
  /** What the caller may use; left out by callers inside the service. */
  readonly access?: GatewayCaller;
}

/**
 * Reads the headers and the body of a request. Codex names its thread and, for the agents that a thread
 * spawns, the session they are part of; the cache key is the thread's id too (quirk `thread-of-request`).
 *
 * Only a process of this service is believed its thread: anybody else would reach somebody's chat by naming one.
 */
export function callerOf(headers: IncomingHttpHeaders, body: JsonObject, access?: GatewayCaller): Caller {
  const header = headers['x-codex-turn-metadata'];
  if (access !== undefined && access.kind !== 'instance') return { threadIds: [], access };
  const metadata = typeof header === 'string' ? parseJson(header) : undefined;
  const named = isObject(metadata) ? [metadata.thread_id, metadata.session_id] : [];
  const threadIds = [...named, body.prompt_cache_key].flatMap((id) => textOf(id) ?? []);
  return { threadIds: [...new Set(threadIds)], access };
}
