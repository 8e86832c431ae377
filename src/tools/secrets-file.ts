import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

/** The operator's secrets that tools may name. Each is given to those tools alone that declare it. */
export class ToolSecrets {
  private constructor(private readonly values: Readonly<Record<string, string>>) {}

  /** @throws Error of the file system, but for a file that is not there */
  static async read(file: string): Promise<ToolSecrets> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return '';
      throw error;
    });
    return new ToolSecrets(parseEnv(text) as Record<string, string>);
  }

  /** @throws Error naming those that are not there */
  pick(names: readonly string[]): Record<string, string> {
    const missing = names.filter((name) => this.values[name] === undefined);
    if (missing.length > 0) throw new Error(`there is no secret ${missing.join(', ')} in the file of secrets`);
    return Object.fromEntries(names.map((name) => [name, this.values[name] ?? '']));
  }
}

/** A text without the values of secrets, which a tool may have repeated. */
export function withoutSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets).reduce(
    (clean, [name, value]) => (value.length < 4 ? clean : clean.replaceAll(value, `[${name}]`)),
    text,
  );
}
