/** Every table of the service, and how a database gets from nothing to them; the same for each dialect. */
export interface DatabaseSchema {
  readonly entities: NewableFunction[];
  readonly migrations: NewableFunction[];
}
