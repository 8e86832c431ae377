import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../config/config.error';
import { GatewayConfig } from '../../config/gateway.config';
import { ProviderTable } from '../providers/provider-table';
import { knownModelsJsonSchema, parseKnownModels } from './known-model-schema';
import { KnownModels, SHIPPED_MODELS } from './known-models';
import { ModelList } from './model-list';

const { types } = new ProviderTable(new GatewayConfig());
const parsed = (yaml: string) => parseKnownModels(yaml, 'm.yaml', types);
const idOf = (list: ModelList, type: string, model: string) => list.find(type, model)?.id;

describe('models.yaml', () => {
  const shipped = parseKnownModels(readFileSync(SHIPPED_MODELS, 'utf8'), SHIPPED_MODELS, types);

  it('as it is shipped has a date, a source, modalities and a window for every model', () => {
    expect(shipped.length).toBeGreaterThan(60);
    const incomplete = shipped.filter((entry) => {
      const { as_of: day, source, input_modalities: modalities, context_window: window } = entry;
      return [day, source, modalities, window].includes(undefined);
    });
    expect(incomplete).toEqual([]);
  });

  it('as it is shipped has no price for servers that somebody runs himself, and nothing for the demo model', () => {
    const own = ['ollama', 'vllm', 'openai-compatible'] as const;
    const priced = shipped.filter(({ price }) => price !== undefined);
    expect(
      priced.filter((entry) => own.some((type) => (entry.price_providers ?? entry.providers).includes(type))),
    ).toEqual([]);
    expect(shipped.filter(({ providers }) => providers.includes('demo'))).toEqual([]);
  });

  it('has a JSON schema for editors, config/models.schema.json; npm run docs:backends-schema writes it', () => {
    const schema = JSON.parse(JSON.stringify(knownModelsJsonSchema(types))) as Parameters<typeof z.fromJSONSchema>[0];
    expect(JSON.parse(readFileSync(SHIPPED_MODELS.replace(/yaml$/, 'schema.json'), 'utf8'))).toEqual(schema);
    expect(z.fromJSONSchema(schema).safeParse(parse(readFileSync(SHIPPED_MODELS, 'utf8'))).error).toBeUndefined();
  });

  it.each([
    ['models: [{id: a, providers: [openai], window: 1}]', 'm.yaml:1: model "a" has the unknown field "window"'],
    [
      'models:\n  - {id: a, providers: [cohere]}',
      'm.yaml:2: model "a": "providers" is ["cohere"], but must be a list of',
    ],
    ['models:\n  - {id: "a*b", providers: [openai]}', 'm.yaml:2: model "a*b": "id" is "a*b", but must be a name with'],
    ['models: [{id: a, providers: [openai], as_of: 2026-13-01}]', '"as_of" is "2026-13-01", but must be a day like'],
    ['models: [{id: a, providers: [openai], source: here}]', '"source" is "here", but must be an https address'],
    [
      'models:\n  - {id: a.1, providers: [openai]}\n  - {id: b, aliases: [A-1], providers: [azure, openai]}',
      'm.yaml:3: model "b": "id" names "a-1", which an earlier model of the same provider has',
    ],
  ])('says what is wrong, where, and what is allowed: %j', (text, message) => {
    expect(() => parsed(text)).toThrow(ConfigError);
    expect(() => parsed(text)).toThrow(message);
  });

  it.each([
    ['openai', 'gpt-5.5', 'gpt-5.5'],
    ['openai', 'gpt-5.5-2026-04-23', 'gpt-5.5'],
    ['openai', 'gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai', 'gpt-5.5-turbo', undefined],
    ['azure', 'GPT-4o', 'gpt-4o'],
    ['anthropic', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['openrouter', 'openai/gpt-5.5:free', undefined],
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['bedrock', 'anthropic.claude-opus-4-8', 'claude-opus-4-8'],
    ['bedrock', 'meta.llama3-3-70b-instruct-v1:0', 'llama3.3*'],
    ['bedrock', 'amazon.nova-pro-v1:0', 'nova-pro'],
    ['bedrock', 'amazon.nova-pro-v1:0:24k', undefined],
    ['google', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['groq', 'openai/gpt-oss-120b', 'openai/gpt-oss-120b'],
    ['ollama', 'qwen3-coder:latest', 'qwen3-coder*'],
    ['ollama', 'qwen3-coder:30b-a3b-q4_K_M', 'qwen3-coder*'],
    ['ollama', 'qwen3:32b', 'qwen3*'],
    ['ollama', 'hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M', 'gpt-oss*'],
    ['ollama', 'devstral:24b', 'devstral*'],
    ['vllm', 'mistralai/Devstral-Small-2507', 'devstral*'],
    ['vllm', 'mistralai/Devstral-Small-2-24B-Instruct-2512', 'devstral-small-2'],
    ['vllm', 'Qwen/Qwen2.5-VL-7B-Instruct-AWQ', 'qwen2.5-vl*'],
    ['openai-compatible', 'meta-llama/Llama-3.3-70B-Instruct', 'llama3.3*'],
    ['openai-compatible', 'gpt-4o', undefined],
    ['openai-compatible', 'my-own-model', undefined],
    ['demo', 'demo', undefined],
  ])('knows of %s the model %s by the entry %s', (type, model, id) => {
    expect(idOf(new ModelList(shipped), type, model)).toBe(id);
  });

  it('takes the exact name before the beginning of one, and of two beginnings the longer', () => {
    const ids = ['m*', 'm-large*', 'm-large-1'];
    const list = new ModelList(parsed(`models: [${ids.map((id) => `{id: "${id}", providers: [vllm]}`).join(', ')}]`));
    expect(['m-large-1', 'm-large-2', 'm-small', 'n'].map((model) => idOf(list, 'vllm', model))).toEqual([
      ...['m-large-1', 'm-large*', 'm*', undefined],
    ]);
  });
});

describe('the known models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  const own = join(folder, 'models.yaml');
  afterEach(() => rmSync(own, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  function known(yaml?: string): KnownModels {
    if (yaml !== undefined) writeFileSync(own, yaml);
    const models = new KnownModels(own, types);
    models.load();
    return models;
  }

  it('have their price with the entry and date that it is from', () => {
    expect(known().find('anthropic', 'claude-sonnet-4-5').price).toEqual({
      ...{ input: 3, cached: 0.3, output: 15 },
      list: expect.stringMatching(/^claude-sonnet-4-5 as of \d{4}-\d\d-\d\d$/) as unknown,
    });
    expect(known().find('bedrock', 'anthropic.claude-sonnet-4-5').price).toBeUndefined();
  });

  it('get no wide window on a server that somebody runs himself, unless the operator says so', () => {
    const model = 'qwen3-coder';
    const windows = (models: KnownModels) =>
      ['ollama', 'vllm', 'openai-compatible', 'openrouter'].map((type) => models.find(type, model).contextWindow);
    expect(windows(known())).toEqual([32_768, 128_000, 128_000, 262_144]);
    expect(known().find('vllm', 'Qwen/Qwen3-32B').contextWindow).toBe(40_960);
    const told = known('models: [{id: qwen3-coder, providers: [ollama, vllm], context_window: 200000}]');
    expect(windows(told)).toEqual([200_000, 200_000, 128_000, 262_144]);
  });

  it("are as the operator's list says, and where that is silent as the service's", () => {
    const models = known('models: [{id: gpt-5.5, providers: [openai], price: {input: 1, output: 2}}]');
    expect(models.find('openai', 'gpt-5.5')).toMatchObject({
      contextWindow: 272_000,
      price: { input: 1, cached: 1, output: 2, list: 'gpt-5.5' },
    });
    expect(models.find('azure', 'gpt-5.5').price).toMatchObject({ input: 5 });
  });

  it('stay as they were when the list has changed into a broken one', () => {
    const models = known('models: [{id: mine, providers: [vllm], context_window: 9000}]');
    writeFileSync(own, 'models: [{id: mine, providers: [vllm], context_window: 7}]');
    expect(models.reload()).toBe(false);
    expect(models.find('vllm', 'mine').contextWindow).toBe(9000);
    rmSync(own);
    expect(models.reload()).toBe(true);
    expect(models.find('vllm', 'mine')).toEqual({});
  });
});
