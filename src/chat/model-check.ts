import { invalid } from '../common/domain.error';
import { Backend } from '../gateway/catalog/backend';
import { isModelName, MODEL_NAME_RULE } from '../gateway/catalog/model-name';

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

/** Ours and the provider's own. */
const namesOf = ({ model, deployments, models }: Backend): string[] => [
  ...[model, ...deployments.flatMap((deployment) => deployment.model ?? [])],
  ...models.flatMap((one) => [one.name, one.model]),
];
