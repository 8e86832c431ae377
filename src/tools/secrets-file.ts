import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

/** Shorter ones stand in too many texts. */
const MIN_LENGTH = 4;

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

/** A text without the values of secrets, which a tool may have repeated: as they are, or as JSON and addresses have them. */
export function withoutSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  const forms = Object.entries(secrets).flatMap(([name, value]) =>
    formsOf(value).map((form) => ({ form, mark: `[${name}]` })),
  );
  // The longest first: one may be a part of another.
  forms.sort((one, other) => other.form.length - one.form.length);
  return forms.reduce((clean, { form, mark }) => clean.replaceAll(form, () => mark), text);
}

function formsOf(value: string): string[] {
  if (value.length < MIN_LENGTH) return [];
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])];
}
