/** Says what is wrong with a value, each fault with its path; nothing for a right one. */
export type Check = (value: unknown, path: string) => string[];

const is =
  (words: string, holds: (value: unknown) => boolean): Check =>
  (value, path) =>
    holds(value) ? [] : [`${path} is ${JSON.stringify(value)?.slice(0, 80)}, not ${words}`];

export const text = is('a text', (value) => typeof value === 'string');
export const filledText = is('a text that is not empty', (value) => typeof value === 'string' && value !== '');
export const whole = is('a whole number', Number.isInteger);
export const number = is('a number', (value) => typeof value === 'number');
export const flag = is('true or false', (value) => typeof value === 'boolean');
export const isNull = is('null', (value) => value === null);
export const anyObject = is(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
export const oneOf = (...values: readonly unknown[]): Check =>
  is(`one of ${values.join(', ')}`, (v) => values.includes(v));
export const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? [] : check(value, path);
export const list =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => check(item, `${path}[${index}]`)) : [`${path} is no list`];

/** Whatever matches one of them; the faults are those of the last. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value, path) => {
    const faults = checks.map((check) => check(value, path));
    return faults.some((found) => found.length === 0) ? [] : (faults.at(-1) ?? []);
  };

type Fields = Readonly<Record<string, Check>>;

/** An object with all required fields, and no field that neither list names. */
export const object =
  (required: Fields, optional: Fields = {}): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
    const given: Readonly<Record<string, unknown>> = { ...value };
    const missing = Object.keys(required).filter((key) => given[key] === undefined);
    const unknown = Object.keys(given).filter((key) => !(key in required) && !(key in optional));
    const wrong = Object.entries({ ...optional, ...required }).flatMap(([key, check]) =>
      given[key] === undefined ? [] : check(given[key], `${path}.${key}`),
    );
    return [
      ...missing.map((key) => `${path}.${key} is missing`),
      ...unknown.map((key) => `${path}.${key} is not in the schema`),
      ...wrong,
    ];
  };

/** By the value of its `type`; one that is not known is a fault. */
export const byType =
  (types: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    const check = typeof type === 'string' ? types[type] : undefined;
    return check === undefined ? [`${path}.type is ${JSON.stringify(type)}, which nobody knows`] : check(value, path);
  };
