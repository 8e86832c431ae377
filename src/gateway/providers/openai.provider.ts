import { bearer, NativeProvider, openAiCompletions, Provider } from './provider';

const native: NativeProvider = {
  protocol: 'responses',
  responses: (deployment) => ({ url: `${deployment.baseUrl}/responses`, headers: bearer(deployment.apiKey()) }),
  chatCompletions: openAiCompletions,
};

/** OpenAI, or a service with the same Responses API at another address. */
export const openaiProvider = (baseUrl: string): Provider => ({
  type: 'openai',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl, apiKeyEnv: 'OPENAI_API_KEY' },
  },
  connect: () => native,
});
