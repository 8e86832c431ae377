import { TranslatedProvider } from '../provider';
import { DemoModel } from './demo-model';

/** The built-in model, with which every event of the product can be seen without a key. */
export const demoProvider = (wordDelayMs: number): TranslatedProvider => ({
  type: 'demo',
  protocol: 'language-model',
  settings: {
    fields: { model: 'optional', base_url: 'forbidden', api_key_env: 'forbidden' },
    defaults: { model: 'demo', displayName: 'Demo' },
  },
  languageModel: (_backend, model) => new DemoModel(model, wordDelayMs),
});
