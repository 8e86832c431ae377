import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../config/config.error';
import { Environment } from '../../config/environment';
import { GatewayConfig } from '../../config/gateway.config';
import { ProviderTable } from '../providers/provider-table';
import { Backend } from './backend';
import { BackendKeys } from './backend-keys';
import { backendOf } from './backend-of';
import { parseBackendsFile } from './backends-file';

const providers = new ProviderTable(new GatewayConfig());
const parse = (text: string) => parseBackendsFile(text, 'b.yaml', providers);
const entry = (fields: string) => `backends:\n  - ${fields}\n`;
const keys = new BackendKeys(new Environment({}));

function backend(fields: string): Backend {
  const [read] = parse(entry(fields)).entries;
  if (read === undefined) throw new Error('the file has no entry');
  return backendOf(read, { provider: providers.get(read.type).settings.defaults, idleMs: 1000 }, keys);
}

describe('llm_backends.yaml', () => {
  it('is accepted as the example shows it', () => {
    const path = join(__dirname, '../../../config/llm_backends.example.yaml');
    const { entries, defaultId } = parseBackendsFile(readFileSync(path, 'utf8'), path, providers);
    expect(entries.map(({ id, type }) => [id, type])).toEqual([
      ['deepseek-chat', 'openai-compatible'],
      ['gpt-4o-azure', 'azure'],
      ['openai', 'openai'],
      ['claude', 'anthropic'],
      ['gemini', 'google'],
      ['groq', 'groq'],
      ['local', 'ollama'],
      ['demo', 'demo'],
    ]);
    expect(defaultId).toBe('deepseek-chat');
  });

  it('takes the first backend as the default', () => {
    expect(parse('backends: [{id: a, type: demo}, {id: b, type: demo}]').defaultId).toBe('a');
  });

  it.each([
    ['backends: [', 'b.yaml:1: not valid YAML'],
    ['', 'b.yaml:1: the file is empty, but must be a mapping with the fields backends, default_backend'],
    ['default_backend: a', 'b.yaml:1: "backends" is missing'],
    ['backends: []', '"backends" is [], but must be a list with at least one entry'],
    ['backends: [5]', 'entry 1 of "backends" is 5, but must be a mapping with the fields id, type, model'],
    ['models: []', 'b.yaml:1: the file has the unknown field "models"; allowed are backends, default_backend'],
    [
      entry('id: a\n    type: demo\n    url: x'),
      'b.yaml:4: backend "a" has the unknown field "url"; allowed are id, type, model',
    ],
    [entry('type: demo'), 'b.yaml:2: entry 1 of "backends": "id" is missing'],
    [entry('id: a'), 'b.yaml:2: backend "a": "type" is missing'],
    [
      entry('id: a\n    type: cohere'),
      'b.yaml:3: backend "a": "type" is "cohere", but must be one of openai, azure, openai-compatible, anthropic',
    ],
    [entry('{id: a, type: openai-compatible, model: m}'), '"base_url" is missing; type openai-compatible needs it'],
    [entry('{id: a, type: demo, base_url: "http://x"}'), '"base_url" is not taken by type demo'],
    [entry('{id: a/b, type: demo}'), '"id" is "a/b", but must be letters, digits'],
    [
      entry('{id: a, type: openai-compatible, model: m, base_url: x}'),
      '"base_url" is "x", but must be an http or https',
    ],
    [entry('{id: a, type: demo, context_window: 12}'), '"context_window" is 12, but must be a whole number of tokens'],
    [entry('{id: a, type: demo, input_modalities: [image]}'), 'must be a list of text, image with text in it'],
    [
      'backends:\n  - {id: a, type: demo}\n  - {id: a, type: demo}',
      'b.yaml:3: backend "a": "id" is used by an earlier backend',
    ],
    [entry('{id: a, type: azure, model: m}'), '"azure_endpoint" is missing; type azure needs it'],
    [entry('{id: a, type: demo, region: us-east-1}'), '"region" is not taken by type demo'],
    [
      entry('id: a\n    type: demo\n    timeout:\n      idle: 0'),
      'b.yaml:5: backend "a": "timeout": "idle" is 0, but must be seconds',
    ],
    [entry('{id: a, type: demo, price: {input: 1}}'), 'backend "a": "price": "output" is missing'],
    [entry('{id: a, tpye: demo}'), 'b.yaml:2: backend "a" has the unknown field "tpye"; allowed are id, type'],
    [entry('{id: a, type: demo, models: []}'), '"models" is [], but must be a list with at least one entry'],
    [entry('{id: a, type: demo, display_name: }'), '"display_name" is empty, but must be a non-empty text'],
    [entry('{id: a, type: demo, apply_patch: {}}'), '"apply_patch" is a mapping, but must be true or false'],
    [
      entry('id: a\n    type: demo\n    aliases:\n      - fine\n      - not fine'),
      'b.yaml:6: backend "a": "aliases" is ["fine","not fine"], but must be a list of names',
    ],
    [
      entry('id: a\n    type: demo\n    models:\n      - {name: x}\n      - {name: x}'),
      'b.yaml:6: backend "a": entry 2 of "models": "name" is "x", as that of an earlier model',
    ],
    [
      entry('id: a\n    type: demo\n    aliases: [x]\n    models: [{name: y, aliases: [x]}]'),
      'b.yaml:5: backend "a": entry 1 of "models": "aliases" names "x", which is used twice',
    ],
    [
      entry(
        'id: a\n    type: vllm\n    model: m\n    deployments:\n      - {base_url: "http://x"}\n      - {weight: 2}',
      ),
      'b.yaml:2: backend "a": "base_url" is missing; type vllm needs it',
    ],
    [
      entry(
        'id: a\n    type: openai\n    model: m\n    deployments:\n      - {weight: 1}\n      - {region: us-east-1}',
      ),
      'b.yaml:7: backend "a": entry 2 of "deployments": "region" is not taken by type openai',
    ],
    [entry('{id: a, type: demo, max_retries: 99}'), '"max_retries" is 99, but must be a whole number from 0 to 10'],
    [entry('{id: a, type: demo, fallbacks: [b]}'), '"fallbacks" names "b", but must be of none here'],
    [entry('{id: a, type: demo, reasoning_levels: [huge]}'), 'must be a list of none, minimal, low'],
    [
      entry('id: a\n    type: openai\n    model: m\n    deployments:\n      - {weight: 1}\n      - {key: x}'),
      'b.yaml:7: backend "a": entry 2 of "deployments" has the unknown field "key"',
    ],
    [
      'backends:\n  - {id: a, type: demo}\n  - {id: b, type: demo, aliases: [a]}',
      'b.yaml:3: backend "b": "aliases" names "a", which is the id of a backend',
    ],
    [entry('{id: a, type: openai, model: "m/../n"}'), 'b.yaml:2: backend "a": "model" must be a name of at most'],
    [
      entry('{id: a, type: openai, model: m, deployments: [{model: "m?x"}]}'),
      'b.yaml:2: backend "a": entry 1 of "deployments": "model" must be a name of at most',
    ],
    [`${entry('{id: a, type: demo}')}default_backend: z`, 'b.yaml:3: "default_backend" must be one of a'],
  ])('says what is wrong, where, and what is allowed: %j', (text, message) => {
    expect(() => parse(text)).toThrow(ConfigError);
    expect(() => parse(text)).toThrow(message);
  });

  it('takes the address of each deployment for that of the backend', () => {
    const deployments = '[{azure_endpoint: "https://a", api_key_env: A}, {azure_endpoint: "https://b", weight: 2}]';
    const made = backend(`{id: a, type: azure, model: m, deployments: ${deployments}}`);
    expect(made.deployments).toMatchObject([
      { baseUrl: 'https://a', apiKeyEnv: 'A', weight: 1 },
      { baseUrl: 'https://b', apiKeyEnv: 'AZURE_OPENAI_API_KEY', weight: 2 },
    ]);
  });

  it('takes tokens from the cache for as expensive as others, and silence before the answer for as long as within', () => {
    const made = backend('{id: a, type: demo, price: {input: 2, output: 5}, timeout: {idle: 0.5}}');
    expect(made.price).toEqual({ input: 2, cached: 2, output: 5 });
    expect(made.timeouts).toEqual({ connectMs: 10_000, firstByteMs: 500, idleMs: 500 });
  });

  it('never repeats what may be a key', () => {
    const text = entry('{id: a, type: openai, model: m, api_key_env: sk-short-secret}');
    expect(() => parse(text)).toThrow('"api_key_env" must be the name of an environment variable, not the key itself');
    expect(() => parse(text)).not.toThrow('secret');
  });
});
