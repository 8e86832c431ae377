import { z } from 'zod';
import { BackendEntry, backendSchema } from './backend-schema';
import { checkedYaml } from './checked-yaml';
import { list, mapping, text } from './field-schema';
import { ProviderTypes } from './provider-types';

export interface BackendsFile {
  readonly entries: readonly BackendEntry[];
  readonly defaultId: string;
}

/**
 * Reads the YAML text of `llm_backends.yaml`. Without `default_backend` the first entry is the default.
 *
 * @throws ConfigError with path, line, entry and field of the first mistake, and what is allowed there.
 */
export function parseBackendsFile(yaml: string, path: string, providers: ProviderTypes): BackendsFile {
  const { backends, default_backend } = checkedYaml(backendsSchema(providers), yaml, path);
  return { entries: backends, defaultId: default_backend ?? backends[0]?.id ?? '' };
}

/** What `llm_backends.yaml` may hold. */
function backendsSchema(providers: ProviderTypes) {
  return mapping({
    backends: list(backendSchema(providers)).describe('The model backends.'),
    default_backend: text.optional().describe('Id of the backend that a new chat uses; default: the first.'),
  })
    .superRefine((file, context) => new NameCheck(file.backends, context).run(file.default_backend))
    .meta({ title: 'The model backends of codex-relay: llm_backends.yaml' });
}

/** The same for editors, as far as a JSON schema can tell it: which names are used twice or nowhere, it cannot. */
export const backendsJsonSchema = (providers: ProviderTypes) =>
  z.toJSONSchema(backendsSchema(providers), { target: 'draft-07' });

/** Reports names that mean two things, and those of backends that are not there. */
class NameCheck {
  private readonly ids: readonly string[];
  private readonly aliases = new Set<string>();

  constructor(
    private readonly entries: readonly BackendEntry[],
    private readonly context: z.RefinementCtx,
  ) {
    this.ids = entries.map(({ id }) => id);
  }

  run(defaultId: string | undefined): void {
    this.ids.forEach((id, index) => {
      if (this.ids.indexOf(id) !== index) this.report([index, 'id'], 'is used by an earlier backend');
    });
    this.entries.forEach((entry, index) => {
      this.checkAliases(entry.aliases, [index]);
      this.checkModels(entry, index);
      this.checkFallbacks(entry, index);
    });
    if (defaultId !== undefined && !this.ids.includes(defaultId)) {
      const message = `must be one of ${this.ids.join(', ')}`;
      this.context.addIssue({ code: 'custom', path: ['default_backend'], message });
    }
  }

  private checkAliases(aliases: readonly string[] = [], owner: PropertyKey[]): void {
    aliases.forEach((alias, index) => {
      const path = [...owner, 'aliases', index];
      if (this.ids.includes(alias)) this.report(path, `names "${alias}", which is the id of a backend`);
      else if (this.aliases.has(alias)) this.report(path, `names "${alias}", which is used twice`);
      this.aliases.add(alias);
    });
  }

  private checkModels({ models = [] }: BackendEntry, entry: number): void {
    const names = models.map(({ name }) => name);
    models.forEach(({ name, aliases }, index) => {
      const owner = [entry, 'models', index];
      if (names.indexOf(name) !== index) this.report([...owner, 'name'], `is "${name}", as that of an earlier model`);
      this.checkAliases(aliases, owner);
    });
  }

  private checkFallbacks({ id, fallbacks = [] }: BackendEntry, entry: number): void {
    const others = this.ids.filter((other) => other !== id);
    fallbacks.forEach((fallback, index) => {
      if (others.includes(fallback)) return;
      const message = `names "${fallback}", but must be of ${others.join(', ') || 'none here'}`;
      this.report([entry, 'fallbacks', index], message);
    });
  }

  private report(path: PropertyKey[], message: string): void {
    this.context.addIssue({ code: 'custom', path: ['backends', ...path], message });
  }
}
