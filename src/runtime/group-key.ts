/** Whose app-servers, and so whose CODEX_HOME: everybody's, a user's, or a chat's. */
export type GroupKey =
  | { readonly kind: 'shared' }
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'session'; readonly userId: string; readonly chatId: string };

export const SHARED: GroupKey = { kind: 'shared' };

/** One text per key, for logs and maps. */
export function groupIdOf(key: GroupKey): string {
  switch (key.kind) {
    case 'shared':
      return 'shared';
    case 'user':
      return `user:${key.userId}`;
    case 'session':
      return `session:${key.userId}/${key.chatId}`;
  }
}
