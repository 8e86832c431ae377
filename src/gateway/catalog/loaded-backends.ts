import { CatalogModel } from '../../runtime/model-catalog.types';
import { Backend } from './backend';
import { isModelName } from './model-name';
import { ModelSpec } from './model-spec';

/** A model that a request can name, and where it is. */
export interface ResolvedModel {
  readonly backend: Backend;
  /** The provider's name of the model. */
  readonly model: string;
}

/** A name for requests and what stands behind it. */
export interface ListedModel extends ResolvedModel {
  readonly name: string;
  readonly spec: ModelSpec;
}

/** The backends of one reading of the configuration. */
export class LoadedBackends {
  private readonly aliases = new Map<string, ResolvedModel>();

  constructor(
    readonly byId: ReadonlyMap<string, Backend>,
    readonly fallback: Backend,
  ) {
    for (const { name, backend, model } of this.listed()) this.aliases.set(name, { backend, model });
  }

  /** `backend`, `backend/name`, an alias, or `backend/anything` for a model that the file does not name, if that can be a name. */
  resolve(name: string): ResolvedModel | undefined {
    const listed = this.aliases.get(name);
    if (listed !== undefined) return listed;
    const slash = name.indexOf('/');
    const backend = slash > 0 ? this.byId.get(name.slice(0, slash)) : undefined;
    const model = name.slice(slash + 1);
    return backend === undefined || !isModelName(model) ? undefined : { backend, model };
  }

  /** Every name that the file gives a model, ids first. */
  listed(): ListedModel[] {
    const backends = [...this.byId.values()];
    return [...backends.map((backend) => named(backend.id, backend)), ...backends.flatMap(furtherNames)];
  }

  catalogModels(): CatalogModel[] {
    return this.listed().map(({ name, spec }) => ({
      slug: name,
      displayName: spec.displayName,
      contextWindow: spec.contextWindow,
      inputModalities: spec.inputModalities,
      reasoningLevels: spec.reasoningLevels ?? undefined,
      applyPatch: spec.applyPatch ? undefined : false,
    }));
  }
}

const named = (name: string, backend: Backend, spec: ModelSpec = backend): ListedModel => ({
  name,
  backend,
  model: spec.model,
  spec,
});

function furtherNames(backend: Backend): ListedModel[] {
  const ofModels = backend.models.flatMap((spec) => [
    named(`${backend.id}/${spec.name}`, backend, spec),
    ...spec.aliases.map((alias) => named(alias, backend, spec)),
  ]);
  return [...backend.aliases.map((alias) => named(alias, backend)), ...ofModels];
}
