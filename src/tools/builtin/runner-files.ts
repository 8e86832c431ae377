import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { packageRoot, serviceVersion } from '../../common/service-version';

/** What of the library for PDFs is needed. */
const PDF_PARTS = [
  'package.json',
  'legacy/build/pdf.mjs',
  'legacy/build/pdf.worker.mjs',
  'cmaps',
  'standard_fonts',
  'wasm',
];
const COMPILED = join(packageRoot, 'dist/src/tools/runner');
const MARK = 'version';

/**
 * Puts the runner, with what it needs of libraries, into the folder that every sandbox shows and none can write: where the service
 * itself lies is hidden from sandboxes.
 *
 * @returns path of the program
 * @throws Error of the file system
 */
export async function installRunner(sandbox: string): Promise<string> {
  const folder = join(sandbox, 'tool-runner');
  const version = await fingerprint();
  if ((await readFile(join(folder, MARK), 'utf8').catch(() => '')) !== version) {
    const draft = `${folder}.${process.pid}`;
    await rm(draft, { recursive: true, force: true });
    await write(draft);
    await writeFile(join(draft, MARK), version);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
  return join(folder, 'main.js');
}

async function write(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await programFiles()) await cp(join(COMPILED, name), join(folder, name));
  const modules = join(folder, 'node_modules');
  const pdf = packageFolder('pdfjs-dist');
  for (const part of PDF_PARTS) await cp(join(pdf, part), join(modules, 'pdfjs-dist', part), { recursive: true });
  await copyCanvas(pdf, modules);
}

/** Draws pages; there is none for some machines. */
async function copyCanvas(pdf: string, modules: string): Promise<void> {
  const scope = join(packageFolder('@napi-rs/canvas', pdf) ?? '', '..');
  const names = (await readdir(scope).catch(() => [])).filter((name) => /^canvas(-|$)/.test(name));
  for (const name of names) await cp(join(scope, name), join(modules, '@napi-rs', name), { recursive: true });
}

const programFiles = async (): Promise<string[]> =>
  (await readdir(COMPILED)).filter((name) => name.endsWith('.js') && !name.endsWith('.spec.js'));

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${serviceVersion} ${process.version}`);
  for (const name of await programFiles()) hash.update(name).update(await readFile(join(COMPILED, name)));
  const { mtimeMs } = await stat(join(packageFolder('pdfjs-dist'), 'package.json'));
  return hash.update(String(mtimeMs)).digest('hex');
}

function packageFolder(name: string, from?: string): string {
  const resolve = createRequire(from === undefined ? __filename : join(from, 'package.json'));
  return dirname(resolve.resolve(`${name}/package.json`));
}
