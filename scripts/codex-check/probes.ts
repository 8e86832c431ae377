import { join } from 'node:path';
import { promisify } from 'node:util';
import * as sqlite3 from 'sqlite3';
import { launchArguments } from '../../src/runtime/launch-options';
import { QUIRKS } from '../../src/runtime/quirks';
import type { Probe } from '../../src/runtime/quirks/quirk';
import { ask, Codex, withScratch } from './codex-package';
import type { GeneratedTypes } from './type-changes';

export interface ProbeResult {
  readonly id: string;
  readonly asked: string;
  /** Null where it is as it was. */
  readonly problem: string | null;
}

/** Asks a binary about each quirk that can be asked about, and whether it takes what the service starts it with. */
export async function probe(codex: Codex, types: GeneratedTypes): Promise<ProbeResult[]> {
  const asked = QUIRKS.flatMap(({ id, probe }) => (probe === undefined ? [] : [{ id, probe }]));
  const results = [await launch(codex)];
  for (const { id, probe: question } of asked) {
    results.push({ id, asked: worded(question), problem: await answer(codex, types, question).catch(firstLine) });
  }
  return results;
}

async function launch(codex: Codex): Promise<ProbeResult> {
  const [command = '', ...args] = launchArguments({
    ...{ baseUrl: 'http://127.0.0.1:1/v1', catalogFile: null, commandVariables: { A: 'b' }, hasOwnTmp: true },
    ...{ opensImages: false, streamIdleTimeoutMs: 1_000 },
  });
  const problem = await ask(codex, [command, '--strict-config', ...args]).then(() => null, firstLine);
  return { id: '-', asked: 'starts with all flags and settings of the service', problem };
}

async function answer(codex: Codex, types: GeneratedTypes, question: Probe): Promise<string | null> {
  switch (question.kind) {
    case 'feature': {
      const names = (await ask(codex, ['features', 'list'])).split('\n').map((line) => line.split(/\s/)[0]);
      return names.includes(question.name) ? null : 'there is no such feature';
    }
    case 'config':
      await ask(codex, ['app-server', '--strict-config', ...question.settings.flatMap((setting) => ['-c', setting])]);
      return null;
    case 'table':
      return withScratch(async (home) => {
        await ask(codex, ['app-server'], home);
        const lacking = await lackingColumns(join(home, question.database), question);
        return lacking.length === 0 ? null : `it has no ${lacking.join(', ')}`;
      });
    case 'model': {
      const { models } = JSON.parse(await ask(codex, ['debug', 'models', '--bundled'])) as { models: object[] };
      const model = models.find((one) => Reflect.get(one, 'slug') === question.slug);
      if (model === undefined) return 'there is no such model';
      const lacking = question.fields.filter((field) => !(field in model));
      return lacking.length === 0 ? null : `it has no ${lacking.join(', ')}`;
    }
    case 'type':
      return types.get(question.file)?.includes(question.text) ? null : 'the types have no such name';
  }
}

async function lackingColumns(file: string, { table, columns }: Probe & { kind: 'table' }): Promise<string[]> {
  const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
  try {
    const all = promisify<string, unknown[]>(database.all.bind(database));
    const rows = (await all(`PRAGMA table_info("${table}")`)) as { name: string }[];
    return columns.filter((column) => !rows.some(({ name }) => name === column));
  } finally {
    database.close();
  }
}

function worded(question: Probe): string {
  switch (question.kind) {
    case 'feature':
      return `feature ${question.name}`;
    case 'config':
      return `setting ${question.settings.join(', ')}`;
    case 'table':
      return `table ${question.table} of ${question.database}`;
    case 'model':
      return `bundled model ${question.slug}`;
    case 'type':
      return `${question.text} in ${question.file}`;
  }
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = `${stderr ?? ''}\n${message ?? ''}`.split('\n');
  return lines.find((line) => line.startsWith('Error')) ?? lines.find((line) => line.trim() !== '') ?? 'it failed';
}
