import type { PageQuery } from '../../api/projects-api';
import type { GatewayKey } from '../../api/types';
import { usageApi } from '../../api/usage-api';
import { type Paged, usePaged } from '../../session/use-paged';

const read = (query: PageQuery) => usageApi.ownKeys(query);

/** The gateway keys that spend what one may use. */
export const useOwnKeys = (): Paged<GatewayKey> => usePaged<GatewayKey>(read);
