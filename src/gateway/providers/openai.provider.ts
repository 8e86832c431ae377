import { NativeProvider } from './provider';

/** OpenAI, or a service with the same Responses API at another address. */
export const openaiProvider = (baseUrl: string): NativeProvider => ({
  type: 'openai',
  protocol: 'responses',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl, apiKeyEnv: 'OPENAI_API_KEY' },
  },
});
