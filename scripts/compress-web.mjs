// Puts beside each script and style of the web client a copy that is compressed as far as Brotli goes: once, at the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const MIN_BYTES = 1024;
const assets = fileURLToPath(new URL('../dist/web/assets/', import.meta.url));

for (const name of readdirSync(assets)) {
  const bytes = readFileSync(join(assets, name));
  if (!/\.(?:js|css)$/.test(name) || bytes.length < MIN_BYTES) continue;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
}
