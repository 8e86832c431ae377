import { withMarkedServers } from './mcp-marker';

describe('withMarkedServers', () => {
  const marker = 'CODEX_RELAY_RUN';

  it('adds the marker to the variables of each server that is a process', () => {
    const remote = { url: 'http://127.0.0.1/mcp' };
    const servers = { one: { command: 'a' }, two: { command: 'b', env_vars: ['TOKEN'] }, remote };
    expect(withMarkedServers({ mcp_servers: servers })).toEqual({
      mcp_servers: {
        one: { command: 'a', env_vars: [marker] },
        two: { command: 'b', env_vars: ['TOKEN', marker] },
        remote,
      },
    });
  });

  it('knows a server by its path, and leaves everything else alone', () => {
    const config = { 'mcp_servers.one': { command: 'a' }, 'mcp_servers.one.tool': { command: 'x' }, model: 'm' };
    expect(withMarkedServers(config)).toEqual({ ...config, 'mcp_servers.one': { command: 'a', env_vars: [marker] } });
  });
});
