// Puts beside each script and style of the web client a copy that is compressed by Brotli, once, at the build, and ends with an
// error where what the page loads first has become too large.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const MIN_BYTES = 1024;
/** What everybody loads is made as small as it gets; for the rest, which is much more, the last percents would take a minute. */
const EVERYBODYS = /^(?:index|MarkdownView)-/;
const FAST_QUALITY = 9;
/** Bytes of all that `/` loads before anybody has done anything. */
const FIRST_LOAD_BUDGET = 250_000;
const web = fileURLToPath(new URL('../dist/web/', import.meta.url));
const assets = join(web, 'assets');

for (const name of readdirSync(assets)) {
  const bytes = readFileSync(join(assets, name));
  if (!/\.(?:js|css)$/.test(name) || bytes.length < MIN_BYTES) continue;
  const params = {
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    [constants.BROTLI_PARAM_QUALITY]: EVERYBODYS.test(name) ? constants.BROTLI_MAX_QUALITY : FAST_QUALITY,
  };
  writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
}

const page = readFileSync(join(web, 'index.html'), 'utf8');
const loaded = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => join(web, path));
const bytes = loaded.reduce((sum, path) => sum + statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size, 0);
if (loaded.length === 0 || bytes > FIRST_LOAD_BUDGET) {
  throw new Error(
    `the page loads ${bytes} bytes in ${loaded.length} files at first, and may load ${FIRST_LOAD_BUDGET}`,
  );
}
