import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { messageOf } from '../common/domain.error';
import { writeBackup } from './backup';
import { BackupError } from './backup.error';
import { loadKept } from './settings';

const USAGE = `npm run backup -- DIR [--without-secrets] [--without-blobs]

Writes a backup of the database, the chats' files and codex's threads into the new folder DIR, while the service runs or
not. Run it where the service runs: it reads the same settings. DIR has secrets in it: keep it as the data itself.
--without-blobs: what is in a bucket (STORAGE_TYPE=s3) stays there alone, and must be kept there.`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const options = { 'without-secrets': flag, 'without-blobs': flag } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new BackupError(`one folder is needed\n\n${USAGE}`);
  const keeps = { keepsSecrets: !values['without-secrets'], keepsBucket: !values['without-blobs'] };
  const { files, database, skipped } = await writeBackup({ ...loadKept(), ...keeps, say }, folder);
  const left = skipped.length === 0 ? '' : `, ${skipped.length} things left out`;
  const sizes = `${files.count} files of ${mib(files.bytes)} MiB, database of ${mib(database.size)} MiB${left}`;
  process.stdout.write(`${folder}: ${sizes}.\n`);
}

const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);

main().catch((error: unknown) => {
  process.stderr.write(`there is no backup: ${messageOf(error)}\n`);
  process.exit(1);
});
