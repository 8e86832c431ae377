import type { User } from './users';

/** What a stranger could try to reach. */
export const KNOWN_KINDS = ['chat', 'approval', 'action'] as const;

export type KnownKind = (typeof KNOWN_KINDS)[number];

/** The ids that the users have come to know of what is theirs; the newest of each kind. */
export class KnownIds {
  private readonly ids = new Map<string, { readonly owner: User; readonly kind: KnownKind }>();

  add(owner: User, kind: KnownKind, id: string): void {
    this.ids.set(id, { owner, kind });
  }

  /** Ids of one kind that are not this user's. */
  ofOthers(user: User, kind: KnownKind): string[] {
    return [...this.ids].flatMap(([id, known]) => (known.kind === kind && known.owner !== user ? [id] : []));
  }
}
