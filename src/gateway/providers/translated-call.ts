import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { specOf } from '../backends/backend';
import { ResponsesRequest } from '../wire/responses-request';
import { TranslatedProvider } from './provider';
import { withArgumentObjects } from './translation/argument-objects';
import { askedEffort, callOptionsOf, effortOf, outputLimitOf, traitsOf } from './translation/call-options';
import { ToolCatalog } from './translation/tool-catalog';
import { Deployment } from '../catalog/deployment';

export interface TranslatedCall {
  readonly model: LanguageModelV4;
  readonly options: LanguageModelV4CallOptions;
}

/**
 * A Responses request in the terms of one deployment's language model.
 *
 * @param more what the request's own protocol says beyond the Responses API.
 */
export function translatedCall(
  provider: TranslatedProvider,
  deployment: Deployment,
  request: ResponsesRequest,
  catalog: ToolCatalog,
  more: Partial<LanguageModelV4CallOptions> = {},
): TranslatedCall {
  const { backend } = deployment;
  const spec = specOf(backend, deployment.model);
  const translated = callOptionsOf(request, catalog, backend.id);
  const options: LanguageModelV4CallOptions = {
    ...translated,
    ...more,
    prompt: provider.takesArgumentText ? translated.prompt : withArgumentObjects(translated.prompt),
    maxOutputTokens: outputLimitOf(request, spec),
    reasoning: effortOf(more.reasoning ?? askedEffort(request), spec),
    providerOptions: { ...provider.providerOptions?.(traitsOf(request, translated)), ...more.providerOptions },
  };
  return {
    model: provider.languageModel(deployment),
    options: provider.prepare?.(options, deployment) ?? options,
  };
}
