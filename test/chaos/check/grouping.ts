/** The entries by key, each group in its old order. */
export function groupBy<T, K>(entries: Iterable<T>, keyOf: (entry: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** The entries of one kind. */
export const ofKind = <T extends { kind: string }, K extends T['kind']>(entries: readonly T[], kind: K) =>
  entries.filter((entry): entry is Extract<T, { kind: K }> => entry.kind === kind);
