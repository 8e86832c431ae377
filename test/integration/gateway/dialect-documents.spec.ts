import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialectsPage } from '../../../scripts/dialect-documents';
import { GatewayConfig } from '../../../src/config/gateway.config';
import { ProviderTable } from '../../../src/gateway/providers/provider-table';
import { DIALECTS } from '../../../src/gateway/providers/translation/dialect-table';
import { REPOSITORY } from '../../support/service-process';

describe('the page of what each type of provider takes', () => {
  it('docs/dialects.md is up to date (npm run docs:dialects writes it)', () => {
    expect(readFileSync(join(REPOSITORY, 'docs', 'dialects.md'), 'utf8')).toBe(dialectsPage());
  });

  it('has an entry for each type that the backends file may name, and no other', () => {
    const { types } = new ProviderTable(new GatewayConfig());
    expect(Object.keys(DIALECTS).toSorted()).toEqual([...types].toSorted());
  });
});
