import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';

const KEY_BYTES = 32;

/** A key of the service's own in a file that only it can read; made when there is none. @param what it is for. @throws ConfigError */
export async function keyInFile(path: string, what: string): Promise<Buffer> {
  try {
    const known = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    const text = known ?? randomBytes(KEY_BYTES).toString('base64url');
    if (known === undefined) await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    await chmod(path, 0o600);
    const key = Buffer.from(text.trim(), 'base64url');
    if (key.length !== KEY_BYTES) throw new Error('it holds no key; remove it to get a new one');
    return key;
  } catch (error) {
    throw new ConfigError(`${path} cannot hold the key of ${what}: ${messageOf(error)}`);
  }
}
