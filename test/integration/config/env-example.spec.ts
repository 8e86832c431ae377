import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { CONFIG_CLASSES } from '../../../src/config/config.module';
import { envBindings } from '../../../src/config/env.decorator';
import { Environment } from '../../../src/config/environment';
import { loadConfig } from '../../../src/config/load-config';
import { REPOSITORY } from '../../support/service-process';

/** `NAME=value`, as a rule in a comment. */
const VARIABLE = /^(?:#\s*)?([A-Z][A-Z0-9_]*)=(.*)$/;

/** Whose default is the machine's; it is listed without a value. */
const OF_THE_MACHINE = 'CODEX_POOL_SIZE';

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

function defaults(): [string, string][] {
  return CONFIG_CLASSES.flatMap((configClass) => {
    const config: object = new configClass();
    return envBindings(configClass).map(({ property, variable }): [string, string] => [
      variable,
      variable === OF_THE_MACHINE ? '' : shown(Reflect.get(config, property)),
    ]);
  });
}

describe('.env.example', () => {
  it('lists every variable of the configuration, and no other, with its default', () => {
    const lines = readFileSync(join(REPOSITORY, '.env.example'), 'utf8').split('\n');
    const listed = lines.flatMap((line) => {
      const [, name, value] = VARIABLE.exec(line.trim()) ?? [];
      return name === undefined ? [] : [[name, value]];
    });
    expect(listed.sort()).toEqual(defaults().sort());
  });

  it('changes nothing when it is copied to .env', () => {
    const environment = new Environment(parseEnv(readFileSync(join(REPOSITORY, '.env.example'), 'utf8')));
    for (const configClass of CONFIG_CLASSES) {
      expect(loadConfig<object>(configClass, environment)).toEqual(new configClass());
    }
  });

  it('has one variable for each setting', () => {
    const variables = defaults().map(([variable]) => variable);
    expect(new Set(variables).size).toBe(variables.length);
  });
});
