import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type * as XaiPackage from '@ai-sdk/xai';
import { whenNeeded } from '../../common/when-needed';
import { Deployment } from '../catalog/deployment';
import { isObject, parseJson } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { cachedModels, openAiCompletions, Provider, RequestTraits, TranslatedProvider } from './provider';

const xai = whenNeeded<typeof XaiPackage>('@ai-sdk/xai');

/** Stays in the gateway: says that a request's schema is not a strict one. */
const LOOSE = 'x-codex-relay-loose-schema';

/** The AI SDK's provider makes every schema a strict one, which many schemas cannot be. */
function prepare(
  options: LanguageModelV4CallOptions,
  _: Deployment,
  { schemaFormat, strictSchema }: RequestTraits,
): LanguageModelV4CallOptions {
  if (schemaFormat === undefined || strictSchema) return options;
  return { ...options, headers: { ...options.headers, [LOOSE]: 'yes' } };
}

const withLooseSchema =
  (send: typeof fetch): typeof fetch =>
  (input, init) => {
    const headers = new Headers(init?.headers);
    if (!headers.has(LOOSE) || typeof init?.body !== 'string') return send(input, init);
    headers.delete(LOOSE);
    return send(input, { ...init, headers, body: loose(init.body) });
  };

function loose(body: string): string {
  const request = parseJson(body);
  const text = isObject(request) ? request.text : undefined;
  if (!isObject(text) || !isObject(text.format)) return body;
  const format = { ...text.format, strict: false };
  return Buffer.concat(withFields(Buffer.from(body), { text: { ...text, format } })).toString();
}

/**
 * Grok through its Responses API, translated all the same: it refuses codex's namespaces and freeform tools, and its
 * encrypted reasoning comes back by the AI SDK's metadata.
 */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    xai()
      .createXai({ ...settings, fetch: withLooseSchema(settings.fetch) })
      .responses(model),
  ),
  prepare,
  chatCompletions: openAiCompletions,
};

/** https://docs.x.ai/docs/api-reference */
export const xaiProvider: Provider = {
  type: 'xai',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.x.ai/v1', apiKeyEnv: 'XAI_API_KEY' },
  },
  connect: () => connection,
};
