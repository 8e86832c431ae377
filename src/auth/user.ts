/** Whoever calls. The id owns rows and names folders, so it holds only letters, digits, `-` and `_`. */
export interface User {
  readonly id: string;
  /** May see and change what belongs to everybody. */
  readonly isAdmin: boolean;
}

/** Every caller while nobody signs in with a name of their own; its row always exists. */
export const DEFAULT_USER: User = { id: 'default', isAdmin: true };
