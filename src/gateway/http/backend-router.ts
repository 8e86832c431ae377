import { Injectable } from '@nestjs/common';
import { Backend } from '../backends/backend';
import { BackendRegistry } from '../backends/backend-registry';
import { OpenAiError } from '../errors/openai.error';
import { SessionRoutes } from '../session-routes';
import { Caller } from './caller';

/** Where a request goes. */
export interface Target {
  readonly backend: Backend;
  /** The provider's name of the model. */
  readonly model: string;
  readonly caller: Caller;
}

/** Finds the backend of a request: by its thread's route, else by its `model`. */
@Injectable()
export class BackendRouter {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly routes: SessionRoutes,
  ) {}

  /** @throws OpenAiError 404 `model_not_found`, which ends codex's turn, with the models that exist. */
  resolve(model: string | undefined, caller: Caller): Target {
    const route = caller.threadIds.map((id) => this.routes.find(id)).find((found) => found !== undefined);
    if (route === undefined) return { ...this.byName(model), caller };
    const backend = this.registry.find(route.backendId) ?? this.unknown(route.backendId);
    return { backend, model: route.model ?? backend.model, caller };
  }

  /** `backend` or `backend/model`; no name at all is the default backend. */
  private byName(name: string | undefined): Pick<Target, 'backend' | 'model'> {
    if (name === undefined) return { backend: this.registry.default, model: this.registry.default.model };
    const whole = this.registry.find(name);
    if (whole !== undefined) return { backend: whole, model: whole.model };
    const slash = name.indexOf('/');
    const backend = slash > 0 ? this.registry.find(name.slice(0, slash)) : undefined;
    const model = name.slice(slash + 1);
    return backend === undefined || model === '' ? this.unknown(name) : { backend, model };
  }

  private unknown(name: string): never {
    const known = this.registry.list().map(({ id }) => id);
    const message = `There is no model "${name}". Models: ${known.join(', ')}; "backend/model" names another model of a backend.`;
    throw new OpenAiError(404, 'model_not_found', message, 'model');
  }
}
