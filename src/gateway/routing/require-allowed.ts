import { Backend } from '../backends/backend';
import { OpenAiError } from '../wire/openai.error';
import { GatewayCaller } from '../wire/gateway-caller';

/** Whether the caller may use a model of a backend, by the provider's name for it or by one of ours. */
export function isAllowed(caller: GatewayCaller, backend: Backend, model: string): boolean {
  if (caller.allows(backend.id, model)) return true;
  const named = backend.models.filter((entry) => entry.model === model);
  return named.some(({ name }) => caller.allows(backend.id, name));
}

/** @throws OpenAiError 403 `model_not_allowed`. */
export function requireAllowed(caller: GatewayCaller, backend: Backend, model: string): void {
  if (isAllowed(caller, backend, model)) return;
  const message = `This key may not use the model "${model}" of "${backend.id}".`;
  throw new OpenAiError(403, 'model_not_allowed', message, 'model');
}
