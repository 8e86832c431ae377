import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config.error';

/**
 * The process's variables over those of the `.env` file, read once.
 *
 * Secrets that a configuration file names by variable (`api_key_env`) are looked up here too, so that nothing else
 * has to read `process.env`.
 */
export class Environment {
  /** @param file the `.env` file, whether it exists or not. */
  constructor(
    private readonly variables: Readonly<Record<string, string | undefined>>,
    readonly file = join(process.cwd(), '.env'),
  ) {}

  /** @throws ConfigError when `.env` exists and cannot be read. */
  static load(directory = process.cwd()): Environment {
    const file = join(directory, '.env');
    return new Environment({ ...readDotEnv(file), ...process.env }, file);
  }

  /** The value, without surrounding blanks; `undefined` when unset or empty. */
  get(name: string): string | undefined {
    const value = this.variables[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** The named variables that are set: what a child process may inherit. */
  pick(names: readonly string[]): Record<string, string> {
    const set = names.map((name) => [name, this.get(name)] as const).filter(([, value]) => value !== undefined);
    return Object.fromEntries(set) as Record<string, string>;
  }
}

function readDotEnv(path: string): Record<string, string | undefined> {
  if (!existsSync(path)) return {};
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
