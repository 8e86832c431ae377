import { join } from 'node:path';
import { readDotEnv } from './dot-env';

type Variables = Readonly<Record<string, string | undefined>>;

/** Nobody but this class needs them, and whatever is told of the process's variables later must not have them. */
const TAKEN_AWAY = ['ACCESS_TOKEN', 'DATABASE_URL'];

/**
 * The process's variables over those of the `.env` file, read once.
 *
 * Secrets that a configuration file names by variable (`api_key_env`) are looked up here too, so that nothing else
 * has to read `process.env`.
 */
export class Environment {
  /**
   * @param file the `.env` file, whether it exists or not.
   * @param ofFile the variables of that file, which count where the process has none
   * @param remarks on that file
   */
  constructor(
    private readonly variables: Variables,
    readonly file = join(process.cwd(), '.env'),
    private readonly ofFile: Variables = {},
    readonly remarks: readonly string[] = [],
  ) {}

  /** @throws ConfigError when `.env` exists and cannot be read. */
  static load(directory = process.cwd()): Environment {
    const file = join(directory, '.env');
    const { variables, remarks } = readDotEnv(file);
    const environment = new Environment({ ...variables, ...process.env }, file, variables, remarks);
    for (const name of TAKEN_AWAY) delete process.env[name];
    return environment;
  }

  /** Of all variables that are set. */
  get names(): readonly string[] {
    return Object.keys(this.variables);
  }

  isOfFile(name: string): boolean {
    return Object.hasOwn(this.ofFile, name);
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
