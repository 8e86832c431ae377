/**
 * Whether a user holds an equal share of a queue of this size among all whose items wait in it: only such a user may be
 * refused when it is full.
 *
 * @param held items of the user that wait
 * @param users who have items that wait, the user included if it has
 */
export function holdsShare(size: number, held: number, users: number): boolean {
  return held >= Math.floor(size / (users + (held === 0 ? 1 : 0)));
}
