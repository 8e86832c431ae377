import type { Recorded } from '../evidence/entries';

/** When an entry was written down, in milliseconds. */
export const timeOf = ({ at = '' }: Recorded<object>): number => Date.parse(at);
