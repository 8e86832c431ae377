import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, envExample } from '../../../scripts/configuration-documents';
import { REPOSITORY } from '../../support/service-process';

describe('the documents that are generated from the configuration classes', () => {
  it.each([
    ['docs/configuration.md', configurationPage],
    ['.env.example', envExample],
  ])('%s is up to date (npm run docs:config writes it)', (file, generated) => {
    expect(readFileSync(join(REPOSITORY, file), 'utf8')).toBe(generated());
  });

  it('describe each setting with its default and the values that are allowed', () => {
    const page = configurationPage();
    expect(page).toContain('### CODEX_ISOLATION\n\nWho shares processes');
    expect(page).toContain('- Default: `shared`\n- Allowed: `shared`, `user`, `session`');
    expect(page).toContain('- Default: `8000`\n- Allowed: a whole number from 0 to 65535');
    expect(page).toContain('### CODEX_POOL_SIZE');
    expect(page).toContain('- Default: one for each processor core, 2 to 8');
    expect(page).toMatch(/### ENCRYPTION_KEY\n(?:[^#]*\n)?- Secret: its value stands in no message/);
  });
});
