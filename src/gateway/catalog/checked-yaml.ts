import { z } from 'zod';
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
