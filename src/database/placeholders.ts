/**
 * `$1,$2,$3`: what stands in a statement for each of these values.
 *
 * @param before parameters that the statement has before them
 */
export const placeholdersOf = (values: readonly unknown[], before = 0): string =>
  values.map((_, index) => `$${before + index + 1}`).join(',');
