/** Whoever owns rows. The id also names folders, so it holds only letters, digits, `-` and `_`. */
export interface User {
  readonly id: string;
  /** May see and change what belongs to everybody. */
  readonly isAdmin: boolean;
}
