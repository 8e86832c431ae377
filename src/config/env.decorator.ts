import 'reflect-metadata';

/** How the text of a variable becomes a value. */
export type EnvParser = (raw: string) => unknown;

export interface EnvBinding {
  readonly property: string;
  readonly variable: string;
  /** Another name of the same variable, read where that one is not set. */
  readonly otherName?: string;
  readonly parse: EnvParser;
  /** Its value never stands in a message. */
  readonly isSecret: boolean;
}

const BINDINGS = Symbol('env-bindings');

/** Unparsable text stays as it is, so that the validator names it in its message. */
export const asNumber: EnvParser = (raw) => (/^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw);
export const asList: EnvParser = (raw) =>
  raw
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
/** The address of a proxy may be written without its protocol. */
export const asProxyAddress: EnvParser = (raw) => (raw.includes('://') ? raw : `http://${raw}`);
/** Without the slash at its end, which some write. */
export const asBasePath: EnvParser = (raw) => raw.replace(/\/+$/, '');
export const asLowerCase: EnvParser = (raw) => raw.toLowerCase();
/** `true` or `false`; anything else stays as it is, so that the validator names it. */
export const asFlag: EnvParser = (raw) => ({ true: true, false: false })[raw.toLowerCase()] ?? raw;
const asText: EnvParser = (raw) => raw;

/** Binds a property of a configuration class to an environment variable; its initial value is the default. */
export const Env = (variable: string, parse: EnvParser = asText, otherName?: string): PropertyDecorator =>
  bind({ variable, parse, otherName, isSecret: false });

/** Like Env, for a variable whose value no message may show. */
export const EnvSecret = (variable: string, parse: EnvParser = asText, otherName?: string): PropertyDecorator =>
  bind({ variable, parse, otherName, isSecret: true });

function bind(settings: Omit<EnvBinding, 'property'>): PropertyDecorator {
  return (target, property) => {
    const inherited = (Reflect.getMetadata(BINDINGS, target.constructor) as EnvBinding[] | undefined) ?? [];
    const binding: EnvBinding = { property: String(property), ...settings };
    Reflect.defineMetadata(BINDINGS, [...inherited, binding], target.constructor);
  };
}

export function envBindings(configClass: new () => object): readonly EnvBinding[] {
  return (Reflect.getMetadata(BINDINGS, configClass) as EnvBinding[] | undefined) ?? [];
}
