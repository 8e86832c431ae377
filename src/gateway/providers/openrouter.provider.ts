import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

/** A long number within the arguments of a call, as the provider's sorting of their fields leaves it. */
const SORTED_NUMBER = /\{\\"rawJSON\\":\\"(-?[\d.eE+-]{5,})\\"\}/g;

/** OpenRouter's AI SDK provider copies the arguments of earlier calls and takes raw JSON for an object. */
const withDigits =
  (send: typeof fetch): typeof fetch =>
  (input, init) =>
    send(input, typeof init?.body === 'string' ? { ...init, body: init.body.replace(SORTED_NUMBER, '$1') } : init);

/** OpenRouter's own AI SDK provider: its `reasoning_details` carry the signatures of the models behind it. */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  thinksInText: true,
  languageModel: cachedModels((settings, { model }) =>
    createOpenRouter({ ...settings, fetch: withDigits(settings.fetch), compatibility: 'strict' }).chat(model),
  ),
  providerOptions: ({ oneCallAtATime }) => ({
    openrouter: {
      usage: { include: true },
      ...(oneCallAtATime ? { parallel_tool_calls: false } : {}),
    },
  }),
  chatCompletions: openAiCompletions,
};

/** https://openrouter.ai/docs/api-reference/overview */
export const openrouterProvider: Provider = {
  type: 'openrouter',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
  },
  connect: () => connection,
};
