import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { messageOf } from '../common/domain.error';
import { copyAll, CopiedRows, CopyError } from './copy';
import { OpenedDatabase, placeOf } from './location';

const USAGE = `npm run data:copy -- --from PLACE --to PLACE

Copies everything from one database into an empty one, and compares both. No service may run on either. What was
interrupted goes on when the same is said again.

  PLACE  the folder of a chat.sqlite (CODEX_DB_ROOT, or db under CODEX_DATA_ROOT),
         postgres://USER@HOST:PORT/NAME, with the password in PGPASSWORD or ~/.pgpass,
         or the word DATABASE_URL: the PostgreSQL of the settings`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const { from, to } = argumentsOf();
  const places = [placeOf(from, true), placeOf(to, false)] as const;
  if (places[0].description === places[1].description) throw new CopyError('source and target are the same database');
  const source = await places[0].open();
  const target = await places[1].open();
  const copied = await copyAll(source, target.database, say);
  for (const { database } of [source, target]) await database.close();
  process.stdout.write(summaryOf(copied, source, target), () => process.exit(0));
}

function argumentsOf(): { readonly from: string; readonly to: string } {
  const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
  const { from, to } = parseArgs({ options }).values;
  if (from === undefined || to === undefined) throw new CopyError(`--from and --to are needed\n\n${USAGE}`);
  return { from, to };
}

function summaryOf(copied: readonly CopiedRows[], source: OpenedDatabase, target: OpenedDatabase): string {
  const rows = copied.reduce((sum, table) => sum + table.rows, 0);
  const width = Math.max(...copied.map(({ table }) => table.length));
  const lines = copied.map(
    ({ table, rows: count, checksum }) =>
      `${table.padEnd(width)}  ${String(count).padStart(10)}  ${checksum.slice(0, 16)}`,
  );
  const end = `${rows} rows in ${copied.length} tables are the same in ${source.description} and ${target.description}.`;
  return `${[...lines, '', end].join('\n')}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(`nothing was lost, but the copy is not done: ${messageOf(error)}\n`);
  process.exit(1);
});
