/** A person, as others see them. */
export class AuthorDto {
  /** Of the user. */
  id: string;
  /** @example Ada Lovelace */
  displayName: string;
}
