/** The number after `--<name>` on the command line, or else `usual`. */
export const numberOption = (name: string, usual: number): number => numbersOption(name, [usual])[0] ?? usual;

/** The numbers after `--<name>`, as in `--chats 1,10`. */
export function numbersOption(name: string, usual: readonly number[]): readonly number[] {
  const place = process.argv.indexOf(`--${name}`);
  const text = place < 0 ? undefined : process.argv[place + 1];
  if (text === undefined) return usual;
  const numbers = text.split(',').map(Number);
  if (numbers.some(Number.isNaN)) throw new Error(`--${name} takes numbers, not "${text}"`);
  return numbers;
}

/** The word after `--<name>`. */
export function textOption(name: string): string | undefined {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? undefined : process.argv[place + 1];
}

/** What is named without `--`, and is no option's value. */
export const namedArguments = (): string[] =>
  process.argv.slice(2).filter((argument, index, all) => !argument.startsWith('--') && !takesValue(all[index - 1]));

/** `--peer` is the only option without a value. */
const takesValue = (argument: string | undefined): boolean =>
  argument !== undefined && argument.startsWith('--') && argument !== '--peer';
