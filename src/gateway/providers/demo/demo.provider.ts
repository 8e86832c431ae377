import { Provider, TranslatedProvider } from '../provider';
import { DemoModel } from './demo-model';

/** The built-in model, with which every event of the product can be seen without a key. */
export const demoProvider = (wordDelayMs: number): Provider => {
  const connection: TranslatedProvider = {
    protocol: 'language-model',
    languageModel: ({ model }) => new DemoModel(model, wordDelayMs),
  };
  return {
    type: 'demo',
    settings: { fields: { model: 'optional' }, defaults: { model: 'demo', displayName: 'Demo' } },
    connect: () => connection,
  };
};
