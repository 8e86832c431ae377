import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GatewayConfig } from '../../config/gateway.config';
import { ProviderTable } from '../providers/provider-table';
import { backendsJsonSchema } from './backends-file';

const CONFIG = join(__dirname, '../../../config');
const read = (name: string): string => readFileSync(join(CONFIG, name), 'utf8');
const schema = backendsJsonSchema(new ProviderTable(new GatewayConfig()));

/** What a JSON schema says but for its conditions, which zod cannot read. */
function withoutConditions(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => (key === 'allOf' ? undefined : inner));
}

describe('the JSON schema of llm_backends.yaml, for editors', () => {
  it('is that of config/llm_backends.schema.json; npm run docs:backends-schema writes it', () => {
    expect(JSON.parse(read('llm_backends.schema.json'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('is named in the first line of the example, and accepts it', () => {
    const text = read('llm_backends.example.yaml');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./llm_backends.schema.json');
    const structure = z.fromJSONSchema(withoutConditions(schema) as Parameters<typeof z.fromJSONSchema>[0]);
    expect(structure.safeParse(parse(text)).error).toBeUndefined();
    expect(structure.safeParse({ backends: [{ id: 'a', type: 'demo', url: 'x' }] }).success).toBe(false);
  });

  it('says which address fields each type of provider needs and does not take', () => {
    expect(schema).toHaveProperty(
      'properties.backends.items.allOf',
      expect.arrayContaining([
        {
          if: { properties: { type: { const: 'vllm' } }, required: ['type'] },
          then: {
            properties: {
              azure_endpoint: false,
              api_version: false,
              region: false,
              deployments: { items: { properties: { azure_endpoint: false, api_version: false, region: false } } },
            },
            required: ['model'],
            allOf: [
              {
                anyOf: [
                  { required: ['base_url'] },
                  { required: ['deployments'], properties: { deployments: { items: { required: ['base_url'] } } } },
                ],
              },
            ],
          },
        },
      ]),
    );
  });

  it('describes every field', () => {
    const undescribed: string[] = [];
    JSON.parse(JSON.stringify(withoutConditions(schema)), (key, value: unknown) => {
      const fields: [string, unknown][] = key === 'properties' && value instanceof Object ? Object.entries(value) : [];
      const bare = fields.filter(([, field]) => !(field instanceof Object && 'description' in field));
      undescribed.push(...bare.map(([name]) => name));
      return value;
    });
    expect(undescribed).toEqual([]);
  });
});
