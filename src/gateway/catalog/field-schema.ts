import { z } from 'zod';

// The message of a schema says what the field must be, to follow on `"max_queue" is -1, but must be`.

/** A mapping with these fields and no others. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `allowed are ${names}` : `a mapping with the fields ${names}`),
  });
}

/** A list with at least one entry. */
export const list = <Entry extends z.ZodType>(entry: Entry, rule = 'a list with at least one entry') =>
  z.array(entry, rule).min(1, rule);

export const matching = (pattern: RegExp, rule: string) => z.string(rule).regex(pattern, rule);
export const text = matching(/\S/, 'a non-empty text');

export const integer = (minimum: number, rule: string) => z.int(rule).min(minimum, rule);
