import type { PageQuery } from './projects-api';
import { request } from './request';
import type { GatewayKey, Page, UsageSum } from './types';

export interface UsageQuery extends PageQuery {
  from: string;
  to: string;
  groupBy: string;
  timeZone: string;
  userId?: string;
  keyId?: string;
}

/** What calls of models have used: an administrator sees everybody's, others their own. */
export const usageApi = {
  async sums(query: UsageQuery): Promise<Page<UsageSum>> {
    return (await request('/usage', { query: { ...query } })).json<Page<UsageSum>>();
  },
  async ownKeys(query: PageQuery): Promise<Page<GatewayKey>> {
    return (await request('/account/gateway-keys', { query: { ...query } })).json<Page<GatewayKey>>();
  },
};
