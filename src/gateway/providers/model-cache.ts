import type { LanguageModelV4 } from '@ai-sdk/provider';
import { Backend } from '../backends/backend';
import { TranslatedProvider } from './provider';

/** Models kept per backend; a request may name any. */
const MAX_MODELS = 100;

/**
 * Keeps the AI SDK's model objects: each one builds its validation schemas anew, which costs more than a whole short
 * answer (measured). The key is looked up per call, and a reloaded backend is a new one.
 */
export function cachedModels(create: TranslatedProvider['languageModel']): TranslatedProvider['languageModel'] {
  const byBackend = new WeakMap<Backend, Map<string, LanguageModelV4>>();
  return (backend, model, apiKey) => {
    const models = byBackend.get(backend) ?? new Map<string, LanguageModelV4>();
    byBackend.set(backend, models);
    const known = models.get(model);
    if (known !== undefined) return known;
    if (models.size >= MAX_MODELS) models.clear();
    const made = create(backend, model, apiKey);
    models.set(model, made);
    return made;
  };
}
