/** Whoever calls. The id owns rows and names folders, so it holds only letters, digits, `-` and `_`. */
export interface User {
  readonly id: string;
}
