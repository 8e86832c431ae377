import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '../../config/environment';
import { GatewayConfig } from '../../config/gateway.config';
import { StorageConfig } from '../../config/storage.config';
import { ProviderTable } from '../providers/provider-table';
import { BackendKeys } from './backend-keys';
import { specOf } from './backend';
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

  describe('with what is known of common models', () => {
    const write = (...entries: string[]): void =>
      writeFileSync(file, `backends:\n${entries.map((one) => `  - ${one}\n`).join('')}`);
    const priceOf = (made: BackendRegistry, id: string, model: string): number | undefined => {
      const backend = made.find(id);
      return backend && specOf(backend, model).price?.input;
    };

    it('tells codex the window, the modalities and the efforts of a model that the file only names', () => {
      write('{id: a, type: openai, model: gpt-5.5-2026-04-23}', '{id: b, type: groq, model: openai/gpt-oss-20b}');
      expect(registry().catalogModels()).toMatchObject([
        { slug: 'a', contextWindow: 272_000, inputModalities: ['text', 'image'] },
        { slug: 'b', contextWindow: 131_072, inputModalities: ['text'], reasoningLevels: ['low', 'medium', 'high'] },
      ]);
    });

    it('lets what the file says of the model, and then of its backend, go first', () => {
      const small = '{name: small, model: claude-haiku-4-5, max_output_tokens: 500}';
      const fields = 'context_window: 90000, reasoning_levels: [low], price: {input: 7, output: 7}';
      write(`{id: a, type: anthropic, model: claude-sonnet-4-5, ${fields}, models: [${small}]}`);
      const made = registry();
      expect(made.default).toMatchObject({ contextWindow: 90_000, maxOutputTokens: 64_000, reasoningLevels: ['low'] });
      expect(made.default.models).toMatchObject([
        { contextWindow: 90_000, maxOutputTokens: 500, reasoningLevels: ['low'], displayName: 'a small' },
      ]);
      expect([made.default.price?.input, made.default.models[0]?.price?.input]).toEqual([7, 1]);
    });

    it('prices a model that the file does not name by its own price, and an unknown one as the backend', () => {
      write('{id: a, type: openai, model: gpt-5, price: {input: 9, output: 9}}', '{id: b, type: openai, model: gpt-5}');
      const made = registry();
      expect(priceOf(made, 'a', 'gpt-5')).toBe(9);
      expect(priceOf(made, 'a', 'gpt-5-mini')).toBe(0.25);
      expect(priceOf(made, 'a', 'ft:mine')).toBe(9);
      expect(priceOf(made, 'b', 'gpt-5')).toBe(1.25);
      expect(priceOf(made, 'b', 'gpt-5-mini')).toBe(0.25);
      expect(priceOf(made, 'b', 'ft:mine')).toBeUndefined();
    });

    it("takes a deployment's own name of the model for the backend's model", () => {
      const deployments = 'deployments: [{azure_endpoint: "https://a", model: prod-eu}]';
      write(`{id: a, type: azure, model: gpt-5, ${deployments}}`);
      const made = registry();
      expect(specOf(made.default, 'prod-eu')).toBe(made.default);
      expect(specOf(made.default, 'prod-us')).toMatchObject({ contextWindow: 128_000, price: null });
    });

    it('knows a provider by its address, too, where only that tells whose models they are', () => {
      const at = (address: string): string => `type: openai-compatible, model: deepseek-v4-pro, base_url: "${address}"`;
      write(`{id: a, ${at('https://api.deepseek.com')}}`, `{id: b, ${at('https://proxy.example/v1')}}`);
      const made = registry();
      expect(made.list().map(({ contextWindow }) => contextWindow)).toEqual([1_000_000, 128_000]);
      expect([priceOf(made, 'a', 'deepseek-v4-pro'), priceOf(made, 'b', 'deepseek-v4-pro')]).toEqual([1.32, undefined]);
    });

    it('leaves the demo model and those that nobody knows without a price, and with the defaults', () => {
      write('{id: a, type: demo}', '{id: b, type: openai, model: m-1}');
      const spec = { contextWindow: 128_000, inputModalities: ['text', 'image'], reasoningLevels: null, price: null };
      expect(registry().list()).toMatchObject([spec, spec]);
    });
  });
});
