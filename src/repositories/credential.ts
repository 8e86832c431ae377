import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DomainError, invalid, unavailable } from '../common/domain.error';
import { codeOf } from '../runtime/confined/path.errors';

/** With what the service shows a host who it is. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'ssh'; readonly privateKey: string };

const KEYGEN_DEADLINE_MS = 10_000;

async function keygen(args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('ssh-keygen', args, { timeout: KEYGEN_DEADLINE_MS })).stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw unavailable('git_unavailable', 'ssh-keygen (OpenSSH) is not installed here.');
    throw error;
  }
}

/** A new pair. @param folder that nobody else can read */
export function newKeyPair(folder: string): Promise<{ privateKey: string; publicKey: string }> {
  return inFolder(folder, async (place) => {
    const file = join(place, 'key');
    await keygen(['-q', '-t', 'ed25519', '-N', '', '-C', 'codex-relay', '-f', file]);
    return { privateKey: await readFile(file, 'utf8'), publicKey: (await readFile(`${file}.pub`, 'utf8')).trim() };
  });
}

/** @throws DomainError `invalid_private_key`, also for one with a passphrase */
export function publicKeyOf(privateKey: string, folder: string): Promise<string> {
  return inFolder(folder, async (place) => {
    const file = join(place, 'key');
    await writeFile(file, withLineEnd(privateKey), { mode: 0o600 });
    try {
      return (await keygen(['-y', '-P', '', '-f', file])).trim();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw invalid(
        'invalid_private_key',
        'privateKey must be a private key as ssh-keygen writes it, without a passphrase.',
      );
    }
  });
}

/** Ssh takes no key whose last line has no end. */
export const withLineEnd = (key: string): string => `${key.replaceAll('\r\n', '\n').trimEnd()}\n`;

/** A folder that goes with the work. */
export async function inFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, '.ssh-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
