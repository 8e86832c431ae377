import type { LanguageModelV4 } from '@ai-sdk/provider';
import { Backend } from '../backends/backend';

/** Whether an entry of a provider's type may, must or must not carry a field. */
export type FieldRule = 'required' | 'optional' | 'forbidden';

export interface ProviderSettings {
  readonly fields: Readonly<Record<'model' | 'base_url' | 'api_key_env', FieldRule>>;
  readonly defaults: {
    readonly model?: string;
    readonly baseUrl?: string;
    readonly apiKeyEnv?: string;
    readonly displayName?: string;
  };
}

/** A provider that speaks the Responses API itself: requests and answers are passed through. */
export interface NativeProvider {
  readonly type: string;
  readonly protocol: 'responses';
  readonly settings: ProviderSettings;
}

/** A provider that is reached through an AI SDK language model: requests and answers are translated. */
export interface TranslatedProvider {
  readonly type: string;
  readonly protocol: 'language-model';
  readonly settings: ProviderSettings;
  /** The model to call. `apiKey` is asked for each call and empty for a backend without one. */
  readonly languageModel: (backend: Backend, model: string, apiKey: () => string) => LanguageModelV4;
}

export type Provider = NativeProvider | TranslatedProvider;
