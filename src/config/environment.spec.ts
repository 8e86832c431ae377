import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config.error';
import { Environment } from './environment';

describe('Environment', () => {
  const variable = 'CODEX_RELAY_TEST_VARIABLE';
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'codex-relay-env-'));
  });
  afterEach(() => {
    delete process.env[variable];
    rmSync(folder, { recursive: true });
  });

  it('reads the .env file of the folder', () => {
    writeFileSync(join(folder, '.env'), `# a comment\n${variable}="from the file"\n`);
    expect(Environment.load(folder).get(variable)).toBe('from the file');
  });

  it('prefers the variables of the process', () => {
    writeFileSync(join(folder, '.env'), `${variable}=file\n`);
    process.env[variable] = 'process';
    expect(Environment.load(folder).get(variable)).toBe('process');
  });

  it('needs no .env file', () => {
    expect(Environment.load(folder).get(variable)).toBeUndefined();
  });

  it('complains about a .env that cannot be read, with its path', () => {
    mkdirSync(join(folder, '.env'));
    expect(() => Environment.load(folder)).toThrow(ConfigError);
    expect(() => Environment.load(folder)).toThrow(join(folder, '.env'));
  });

  it('counts blank as unset, also when it picks', () => {
    const environment = new Environment({ A: 'a', B: ' ', C: undefined });
    expect(environment.get('B')).toBeUndefined();
    expect(environment.pick(['A', 'B', 'C', 'D'])).toEqual({ A: 'a' });
  });
});
