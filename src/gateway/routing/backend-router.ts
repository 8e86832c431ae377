import { Injectable } from '@nestjs/common';
import { requireAllowed } from './require-allowed';
import { Backend } from '../backends/backend';
import { BackendRegistry } from '../backends/backend-registry';
import { ResolvedModel } from '../backends/loaded-backends';
import { OpenAiError } from '../wire/openai.error';
import { SessionRoute, SessionRoutes } from '../session-routes';
import { Caller } from './caller';

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
   * @throws OpenAiError 404 `model_not_found`, which ends codex's turn, with the models that exist; 403 for a model
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
    return this.registry.resolve(`${backendId}/${model}`) ?? { backend, model };
  }

  /** `backend`, `backend/model` or an alias; no name at all is the default backend. */
  private byName(name: string | undefined): ResolvedModel {
    if (name === undefined) return { backend: this.registry.default, model: this.registry.default.model };
    return this.registry.resolve(name) ?? this.unknown(name);
  }

  private unknown(name: string): never {
    const known = this.registry.list().map(({ id }) => id);
    const message = `There is no model "${name}". Models: ${known.join(', ')}; "backend/model" names another model of a backend.`;
    throw new OpenAiError(404, 'model_not_found', message, 'model');
  }
}
