// Writes config/llm_backends.schema.json, config/models.schema.json and config/template.schema.json, with which editors check and
// complete llm_backends.yaml, models.yaml and templates.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { GatewayConfig } from '../src/config/gateway.config.ts';
import { backendsJsonSchema } from '../src/gateway/catalog/backends-file.ts';
import { knownModelsJsonSchema } from '../src/gateway/catalog/known-model-schema.ts';
import { ProviderTable } from '../src/gateway/providers/provider-table.ts';
import { templateJsonSchema } from '../src/templates/template-content.ts';

const providers = new ProviderTable(new GatewayConfig());
await write('llm_backends.schema.json', backendsJsonSchema(providers));
await write('models.schema.json', knownModelsJsonSchema(providers.types));
await write('template.schema.json', templateJsonSchema());

async function write(name, schema) {
  const target = fileURLToPath(new URL(`../config/${name}`, import.meta.url));
  writeFileSync(target, await format(JSON.stringify(schema), { ...(await resolveConfig(target)), filepath: target }));
}
