import { conflict, invalid } from '../common/domain.error';
import { Backend, specOf } from '../gateway/catalog/backend';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { isModelName, MODEL_NAME_RULE } from '../gateway/catalog/model-name';
import { REASONING_LEVELS } from '../gateway/catalog/model-spec';
import type { ChatEntity } from './entities/chat.entity';
import type { TurnOptions } from './entities/turn.entity';
import { routeOf } from './turns/turn-route';

/**
 * Checks the model of a chat or of a message: a backend whose models the file lists has no others.
 *
 * @param model undefined or null: the backend's own.
 * @throws DomainError `unknown_model`.
 */
export function requireModel(backend: Backend | undefined, model: string | null | undefined): void {
  if (model == null || backend === undefined) return;
  if (!isModelName(model)) throw invalid('unknown_model', `The name of a model must be ${MODEL_NAME_RULE}.`);
  if (backend.models.length === 0) return;
  const known = namesOf(backend);
  if (known.includes(model)) return;
  const detail = `The backend "${backend.id}" has no model "${model}"; it has: ${[...new Set(known)].join(', ')}.`;
  throw invalid('unknown_model', detail);
}

/**
 * Checks an effort: one that the model is known to have, or of a model of which nothing is known any that there is.
 *
 * @throws DomainError `unknown_effort`.
 */
export function requireEffort(backend: Backend | undefined, model: string | null, effort: string | undefined): void {
  if (effort === undefined || backend === undefined) return;
  const levels: readonly string[] = specOf(backend, model ?? backend.model).reasoningLevels ?? REASONING_LEVELS;
  if (levels.includes(effort)) return;
  const rule = levels.length === 0 ? 'it takes none' : `it takes: ${levels.join(', ')}`;
  throw invalid('unknown_effort', `The model "${model ?? backend.model}" has no effort "${effort}"; ${rule}.`);
}

/**
 * Checks where a message asks to go, of a chat whose backend may be gone by now.
 *
 * @throws DomainError `unknown_backend`, `unknown_model`, `unknown_effort`.
 */
export function requireRoute(backends: BackendRegistry, chat: ChatEntity, options: TurnOptions): void {
  const { backend: id, model } = routeOf(chat, options);
  const backend = backends.find(id);
  if (backend === undefined) {
    const known = backends.list().map((one) => one.id);
    const choice = `choose one of: ${known.join(', ')}.`;
    if (options.backend !== undefined) throw invalid('unknown_backend', `There is no backend "${id}"; ${choice}`);
    throw conflict('unknown_backend', `The chat's backend "${id}" is not configured any more; ${choice}`);
  }
  requireModel(backend, options.model);
  requireEffort(backend, model, options.effort);
}

/** Ours and the provider's own. */
const namesOf = ({ model, deployments, models }: Backend): string[] => [
  ...[model, ...deployments.flatMap((deployment) => deployment.model ?? [])],
  ...models.flatMap((one) => [one.name, one.model]),
];
