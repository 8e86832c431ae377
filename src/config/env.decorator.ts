import 'reflect-metadata';

/** How the text of a variable becomes a value. */
export type EnvParser = (raw: string) => unknown;

export interface EnvBinding {
  readonly property: string;
  readonly variable: string;
  readonly parse: EnvParser;
}

const BINDINGS = Symbol('env-bindings');

/** Unparsable text stays as it is, so that the validator names it in its message. */
export const asNumber: EnvParser = (raw) => (/^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw);
export const asBoolean: EnvParser = (raw) => {
  const known: Record<string, boolean> = { true: true, '1': true, false: false, '0': false };
  return known[raw.toLowerCase()] ?? raw;
};
export const asList: EnvParser = (raw) =>
  raw
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
export const asLowerCase: EnvParser = (raw) => raw.toLowerCase();
const asText: EnvParser = (raw) => raw;

/** Binds a property of a configuration class to an environment variable; its initial value is the default. */
export function Env(variable: string, parse: EnvParser = asText): PropertyDecorator {
  return (target, property) => {
    const inherited = (Reflect.getMetadata(BINDINGS, target.constructor) as EnvBinding[] | undefined) ?? [];
    const binding: EnvBinding = { property: String(property), variable, parse };
    Reflect.defineMetadata(BINDINGS, [...inherited, binding], target.constructor);
  };
}

export function envBindings(configClass: new () => object): readonly EnvBinding[] {
  return (Reflect.getMetadata(BINDINGS, configClass) as EnvBinding[] | undefined) ?? [];
}
