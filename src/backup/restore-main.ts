import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { messageOf } from '../common/domain.error';
import { BackupError } from './backup.error';
import { restoreBackup } from './restore';
import { loadKept } from './settings';

const USAGE = `npm run restore -- DIR [--replace]

Puts the backup in DIR into the data root and the database of the settings, which must be empty, with the service stopped.
--replace: what is there goes.`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = { replace: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new BackupError(`one folder is needed\n\n${USAGE}`);
  const kept = loadKept();
  const { files, endedAt, version } = await restoreBackup({ ...kept, replaces: values.replace, say }, folder);
  const what = `${files.count} files and the database of ${endedAt}, version ${version}`;
  // The lock of PostgreSQL is a connection, which would keep the process.
  process.stdout.write(`${kept.directories.root}: ${what}.\n`, () => process.exit(0));
}

main().catch((error: unknown) => {
  process.stderr.write(`the restore is not done: ${messageOf(error)}\n`);
  process.exit(1);
});
