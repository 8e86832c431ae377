import type { ValueTransformer } from 'typeorm';

/** A `bigint` column read as a number: PostgreSQL's driver gives text, SQLite's a number. Exact to 2^53. */
export const wholeNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null ? null : Number(value)),
};
