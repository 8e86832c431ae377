// Builds clients/typescript: the calls from dist/openapi.json, which generate:api leaves, and what is written by hand beside them.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'clients', 'typescript');

/** The service's own API; the others that it speaks have clients of their own. */
const OWN = /^\/(?:api\/v1|health|status)(?:\/|$)/;

/** `ChatsController_create` becomes `chatsCreate`. */
const named = (operation) => ({ ...operation, operationId: operation.operationId?.replace('Controller_', '_') });

const document = JSON.parse(readFileSync(join(root, 'dist', 'openapi.json'), 'utf8'));
const paths = Object.entries(document.paths)
  .filter(([path]) => OWN.test(path))
  .map(([path, operations]) => [
    path,
    Object.fromEntries(Object.entries(operations).map(([method, operation]) => [method, named(operation)])),
  ]);

await createClient({
  input: { ...document, paths: Object.fromEntries(paths) },
  output: { path: join(folder, 'src', 'generated'), module: { extension: '.js' } },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  logs: { level: 'silent', file: false },
});

rmSync(join(folder, 'dist'), { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', folder], { stdio: 'inherit' });
process.exitCode = status ?? 1;
