/** The entries of one kind. */
export const ofKind = <T extends { kind: string }, K extends T['kind']>(entries: readonly T[], kind: K) =>
  entries.filter((entry): entry is Extract<T, { kind: K }> => entry.kind === kind);
