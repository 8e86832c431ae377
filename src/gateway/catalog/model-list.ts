import { KnownModelEntry, namesOf } from './known-model-schema';
import { plainNamesOf } from './model-name';

/** The entries of one `models.yaml`, found by a provider's type and its name of a model. */
export class ModelList {
  private readonly named = new Map<string, KnownModelEntry>();
  /** By type; the longest beginning first, since it says most. */
  private readonly beginnings = new Map<string, { readonly start: string; readonly entry: KnownModelEntry }[]>();

  constructor(entries: readonly KnownModelEntry[]) {
    for (const entry of entries) for (const type of entry.providers) this.add(type, entry);
    for (const ofType of this.beginnings.values()) ofType.sort((a, b) => b.start.length - a.start.length);
  }

  /** The entry with exactly that name, or with it but for a date; else the one with the longest beginning of it. */
  find(type: string, model: string): KnownModelEntry | undefined {
    const names = plainNamesOf(model);
    const named = names.map((name) => this.named.get(`${type} ${name}`)).find((entry) => entry !== undefined);
    if (named !== undefined) return named;
    return this.beginnings.get(type)?.find(({ start }) => names.some((name) => name.startsWith(start)))?.entry;
  }

  private add(type: string, entry: KnownModelEntry): void {
    for (const name of namesOf(entry)) {
      if (!name.endsWith('*')) this.named.set(`${type} ${name}`, entry);
      else this.beginnings.set(type, [...(this.beginnings.get(type) ?? []), { start: name.slice(0, -1), entry }]);
    }
  }
}
