import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../../common/domain.error';
import { ConfigError } from '../../config/config.error';
import { mistakeOf } from './schema-mistake';
import { YamlSource } from './yaml-source';

/**
 * What a YAML text says, once a schema has accepted it.
 *
 * @throws ConfigError with path, line, entry and field of the first mistake, and what is allowed there.
 */
export function checkedYaml<Schema extends z.ZodType>(schema: Schema, yaml: string, path: string): z.infer<Schema> {
  const source = new YamlSource(yaml, path);
  const { data, error } = schema.safeParse(source.value);
  if (error === undefined) return data;
  const mistake = mistakeOf(error, source.value);
  throw source.error(source.lineOf(mistake.path), mistake.problem);
}

/** The text of a file of the operator's. @throws ConfigError that names it */
export function configText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
