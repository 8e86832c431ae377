import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TESTED_CODEX_VERSIONS } from '../../src/runtime/codex-versions';
import { codexOf, PINNED_VERSION, REPOSITORY, typesOf } from './codex-package';
import { compileErrors } from './compile';
import { probe } from './probes';
import { runSpecs } from './specs';
import { Change, changesBetween } from './type-changes';
import { concerns, usageOf } from './usage';

const USAGE = `npm run codex:check [VERSION] [-- --no-specs | --specs PATTERN]

Compares codex VERSION with the pinned one: the types of the protocol, the facts that this service relies on, and the specs
that use the real binary. Without VERSION: the newest tested one.`;

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** @returns whether nothing is gone that the service relies on */
async function check(version: string, specs: string | boolean): Promise<boolean> {
  const [pinned, named] = [await codexOf(PINNED_VERSION), await codexOf(version)];
  say(`codex ${version} beside the pinned ${pinned.version}`);
  const [before, after] = [await typesOf(pinned), await typesOf(named)];
  const files = globSync('src/**/*.ts', { cwd: REPOSITORY });
  const sources = files.filter((file) => !/generated|\.spec\.ts$|runtime\/quirks/.test(file));
  const usage = usageOf(
    sources.map((file) => readFileSync(join(REPOSITORY, file), 'utf8')),
    before,
  );
  const changes = changesBetween(before, after);
  const near = changes.filter((change) => concerns(change, usage));
  say(
    `\nProtocol: ${usage.methods.size} methods, ${usage.files.size} types and ${usage.errors.size} errors are used here.`,
  );
  say(`${changes.length} changes, ${near.length} of them in what is used:`);
  for (const change of near) say(`  ${lineOf(change)}`);
  const gone = near.filter((change) => isGone(change) && !isNewer(change, version)).map(lineOf);
  gone.push(...compileErrors(after));

  say('\nQuirks that can be asked about:');
  for (const { id, asked, problem } of await probe(named, after)) {
    say(`  ${problem === null ? 'ok  ' : 'GONE'}  ${id.padEnd(26)} ${asked}${problem === null ? '' : `: ${problem}`}`);
    if (problem !== null) gone.push(`${id}: ${problem}`);
  }
  if (specs !== false) {
    say('\nSpecs:');
    if (!runSpecs(named, specs === true ? undefined : specs)) gone.push('specs have failed');
  }
  say(gone.length === 0 ? '\nNothing is gone that this service relies on.' : '\nGone, or of another type:');
  for (const line of gone) say(`  ${line}`);
  return gone.length === 0;
}

/** A method or an error that is used and that there is no more; a field of a type is for the compiler to miss. */
const isGone = ({ kind, file, member }: Change): boolean =>
  kind === 'removed' && (member.endsWith('.method') || file === 'v2/CodexErrorInfo.ts');

/** What came after the oldest tested version; before it, nobody misses it. */
const SINCE: ReadonlyMap<string, string> = new Map([['"bioPolicy"', '0.171.0']]);

const isNewer = ({ member }: Change, version: string): boolean =>
  version.localeCompare(SINCE.get(member) ?? '', 'en', { numeric: true }) < 0;

function lineOf({ kind, file, member, before, after }: Change): string {
  const types = kind === 'changed' ? `: ${before} -> ${after}` : '';
  return `${kind.padEnd(7)}  ${file}${member === '' ? '' : ` ${member}`}${types}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'no-specs': { type: 'boolean' }, specs: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return say(USAGE);
  const version = positionals[0] ?? TESTED_CODEX_VERSIONS.at(-1) ?? PINNED_VERSION;
  const isWell = await check(version, values['no-specs'] ? false : (values.specs ?? true));
  process.exitCode = isWell ? 0 : 1;
}

void main();
