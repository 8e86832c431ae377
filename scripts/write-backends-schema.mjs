// Writes config/llm_backends.schema.json, with which editors check and complete llm_backends.yaml.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { GatewayConfig } from '../src/config/gateway.config.ts';
import { backendsJsonSchema } from '../src/gateway/catalog/backends-file.ts';
import { ProviderTable } from '../src/gateway/providers/provider-table.ts';

const target = fileURLToPath(new URL('../config/llm_backends.schema.json', import.meta.url));
const schema = JSON.stringify(backendsJsonSchema(new ProviderTable(new GatewayConfig())));
writeFileSync(target, await format(schema, { ...(await resolveConfig(target)), filepath: target }));
