import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '../../config/environment';
import { GatewayConfig } from '../../config/gateway.config';
import { StorageConfig } from '../../config/storage.config';
import { ProviderTable } from '../providers/provider-table';
import { BackendKeys } from './backend-keys';
import { BackendRegistry } from './backend-registry';

describe('BackendRegistry', () => {
  const dataRoot = mkdtempSync(join(tmpdir(), 'backends-'));
  mkdirSync(join(dataRoot, 'global_config'));
  const file = join(dataRoot, 'global_config', 'llm_backends.yaml');
  afterEach(() => rmSync(file, { force: true }));
  afterAll(() => rmSync(dataRoot, { recursive: true }));

  const registry = (environment: Record<string, string> = {}): BackendRegistry => {
    const config = Object.assign(new GatewayConfig(), { openaiApiKey: environment.OPENAI_API_KEY ?? '' });
    const storage = Object.assign(new StorageConfig(), { dataRoot });
    const made = new BackendRegistry(
      storage,
      config,
      new BackendKeys(new Environment(environment)),
      new ProviderTable(config),
    );
    made.load();
    return made;
  };

  it('has only the demo model when nothing is configured', () => {
    expect(registry().list()).toMatchObject([{ id: 'demo', type: 'demo', displayName: 'Demo', ready: true }]);
  });

  it('has OpenAI as the default when only its key is set', () => {
    const made = registry({ OPENAI_API_KEY: 'sk-x' });
    expect(made.list().map(({ id }) => id)).toEqual(['openai', 'demo']);
    expect(made.default).toMatchObject({
      id: 'openai',
      model: 'gpt-5.5',
      baseUrl: 'https://api.openai.com/v1',
      ready: true,
    });
  });

  it('has exactly what the file lists, and says which key is missing', () => {
    writeFileSync(file, 'backends: [{id: a, type: openai, model: m, base_url: "http://x/v1/", api_key_env: A_KEY}]');
    const made = registry({ OPENAI_API_KEY: 'sk-x' });
    expect(made.list()).toMatchObject([
      { id: 'a', baseUrl: 'http://x/v1', ready: false, notReadyReason: 'its key variable A_KEY is not set' },
    ]);
    expect(made.catalogModels()).toEqual([
      { slug: 'a', displayName: 'a', contextWindow: 128_000, inputModalities: ['text', 'image'] },
    ]);
    expect(JSON.stringify(registry({ A_KEY: 'sk-secret' }).list())).not.toContain('sk-secret');
  });
});
