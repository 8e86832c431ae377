/** What is asked of programs, in JSON: the service's own API, and the contracts that have paths of their own. `/v1` reads its bodies itself. */
export const API_PATHS = ['/api', '/sessions', '/chat', '/threads', '/history', '/mcp', '/acp'] as const;

const OF_PROGRAMS = new RegExp(`^(?:${[...API_PATHS, '/v1', '/socket\\.io'].join('|')})(?:/|$)`, 'i');

/** Whether a path is one that programs call, rather than a page. @param path without its query */
export const isApiPath = (path: string): boolean => OF_PROGRAMS.test(path);
