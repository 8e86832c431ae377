import { ApiProblem } from './problem';
import { request } from './request';
import type { Repository, WantedRepository } from './types';

const at = (projectId: string): string => `/projects/${projectId}/repository`;

/** The repository of a project over the REST interface. */
export const repositoryApi = {
  /** `none`: the project has none. */
  async get(projectId: string): Promise<Repository | 'none'> {
    try {
      return await (await request(at(projectId))).json<Repository>();
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'repository_not_found') return 'none';
      throw error;
    }
  },
  /** Without a credential that of the same address stays. */
  async set(projectId: string, body: WantedRepository): Promise<Repository> {
    return (await request(at(projectId), { method: 'PUT', body })).json<Repository>();
  },
  /** Whether the service gets there. @throws ApiProblem why not */
  async fetch(projectId: string): Promise<Repository> {
    return (await request(`${at(projectId)}/fetch`, { method: 'POST' })).json<Repository>();
  },
  async remove(projectId: string): Promise<void> {
    await request(at(projectId), { method: 'DELETE' });
  },
};
