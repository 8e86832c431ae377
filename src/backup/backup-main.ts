import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { messageOf } from '../common/domain.error';
import { writeBackup } from './backup';
import { BackupError } from './backup.error';
import { loadKept } from './settings';

const USAGE = `npm run backup -- DIR [--without-secrets]

Writes a backup of the database, the chats' files and codex's threads into the new folder DIR, while the service runs or
not. Run it where the service runs: it reads the same settings. DIR has secrets in it: keep it as the data itself.`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = { 'without-secrets': { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new BackupError(`one folder is needed\n\n${USAGE}`);
  const { files, database, skipped } = await writeBackup(
    { ...loadKept(), keepsSecrets: !values['without-secrets'], say },
    folder,
  );
  const left = skipped.length === 0 ? '' : `, ${skipped.length} things left out`;
  const sizes = `${files.count} files of ${mib(files.bytes)} MiB, database of ${mib(database.size)} MiB${left}`;
  process.stdout.write(`${folder}: ${sizes}.\n`);
}

const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);

main().catch((error: unknown) => {
  process.stderr.write(`there is no backup: ${messageOf(error)}\n`);
  process.exit(1);
});
