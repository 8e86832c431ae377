import { readFileSync } from 'node:fs';
import { GatewayConfig } from '../../config/gateway.config';
import { ProviderTable } from '../providers/provider-table';
import { compiledForm, compiledModels } from './compiled-models';
import { parseKnownModels } from './known-model-schema';
import { SHIPPED_MODELS } from './known-models';

describe('the list of known models as the build leaves it', () => {
  const yaml = readFileSync(SHIPPED_MODELS, 'utf8');
  const entries = parseKnownModels(yaml, SHIPPED_MODELS, new ProviderTable(new GatewayConfig()).types);

  it('says what the list itself says', () => {
    expect(JSON.parse(JSON.stringify(compiledForm(yaml, entries).entries))).toEqual(entries);
    expect(compiledModels(yaml)).toEqual(entries);
  });

  it('is not used for a list that was changed since', () => {
    expect(compiledModels(`${yaml}\n`)).toBeUndefined();
  });
});
