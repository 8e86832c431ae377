import { newId } from '../../common/ids';

/** Prefixes as OpenAI uses them for responses, items and calls. */
export type IdPrefix = 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'fco' | 'ctco' | 'cmp' | 'item' | 'call';

/** An id that no other response, item or call of this or another process has. */
export const uniqueId = (prefix: IdPrefix): string => `${prefix}_${newId().replaceAll('-', '')}`;
