import { validateSync, ValidationError } from 'class-validator';
import { ConfigError } from './config.error';
import { EnvBinding, envBindings } from './env.decorator';
import { Environment } from './environment';

/**
 * Builds one configuration class from the environment. An empty variable counts as unset. Nobody can write to it: what
 * changes while the service runs is kept by whoever changes it.
 *
 * @throws ConfigError naming each variable whose value is not allowed.
 */
export function loadConfig<T extends object>(configClass: new () => T, environment: Environment): Readonly<T> {
  const config = new configClass();
  const bindings = envBindings(configClass);
  for (const { property, variable, otherName = variable, parse } of bindings) {
    const raw = environment.get(variable) ?? environment.get(otherName);
    if (raw !== undefined) Reflect.set(config, property, parse(raw));
  }
  if (isDependent(config)) config.completeBy(environment);
  const errors = validateSync(config, { forbidUnknownValues: false });
  if (errors.length === 0) return frozen(config);
  const bindingOf = new Map(bindings.map((binding) => [binding.property, binding]));
  throw new ConfigError(errors.map((error) => describe(error, bindingOf.get(error.property), environment)).join('; '));
}

/** A class with a default that depends on a setting of another class. */
export interface DependentConfig {
  /** Called with what was read, before it is checked. */
  completeBy(environment: Environment): void;
}

const isDependent = (config: object): config is DependentConfig => 'completeBy' in config;

/** With the lists in it. */
function frozen<T extends object>(config: T): Readonly<T> {
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config);
}

function describe(error: ValidationError, binding: EnvBinding | undefined, environment: Environment): string {
  const variable = binding?.variable ?? error.property;
  const rules = Object.values(error.constraints ?? {}).map((rule) => rule.replace(error.property, 'it'));
  const value = binding?.isSecret ? 'set to something else' : `"${environment.get(variable) ?? ''}"`;
  return `${variable} is ${value}, but ${rules.join(' and ')}`;
}
