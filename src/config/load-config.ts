import { validateSync, ValidationError } from 'class-validator';
import { ConfigError } from './config.error';
import { envBindings } from './env.decorator';
import { Environment } from './environment';

/**
 * Builds one configuration class from the environment. An empty variable counts as unset.
 *
 * @throws ConfigError naming each variable whose value is not allowed.
 */
export function loadConfig<T extends object>(configClass: new () => T, environment: Environment): T {
  const config = new configClass();
  const bindings = envBindings(configClass);
  for (const { property, variable, parse } of bindings) {
    const raw = environment.get(variable);
    if (raw !== undefined) Reflect.set(config, property, parse(raw));
  }
  const errors = validateSync(config, { forbidUnknownValues: false });
  if (errors.length === 0) return config;
  const variableOf = new Map(bindings.map(({ property, variable }) => [property, variable]));
  throw new ConfigError(errors.map((error) => describe(error, variableOf, environment)).join('; '));
}

function describe(error: ValidationError, variableOf: Map<string, string>, environment: Environment): string {
  const variable = variableOf.get(error.property) ?? error.property;
  const rules = Object.values(error.constraints ?? {}).map((rule) => rule.replace(error.property, 'it'));
  return `${variable} is "${environment.get(variable) ?? ''}", but ${rules.join(' and ')}`;
}
