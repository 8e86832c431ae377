import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { McpConfig } from '../../config/mcp.config';
import { HostGuard, HostRefusedError } from './host-guard';

const guardOf = (settings: Partial<McpConfig>): HostGuard =>
  new HostGuard(Object.assign(new McpConfig(), { allowedHosts: ['mcp.example.com', '*.example.org'], ...settings }));

describe('the hosts of MCP servers', () => {
  it('are for users and projects those that the operator has named, over https, with their port', () => {
    const guard = guardOf({});
    for (const address of ['https://mcp.example.com/mcp', 'https://a.example.org/', 'https://a.b.example.org/x']) {
      expect(() => guard.requireAllowed(new URL(address))).not.toThrow();
    }
    for (const address of [
      ...[
        'http://mcp.example.com/',
        'https://mcp.example.com:8443/',
        'https://example.org/',
        'https://evilexample.org/',
      ],
      ...['https://mcp.example.com.evil.net/', 'https://other.net/', 'https://mcp.example.com@evil.net/'],
    ]) {
      expect(() => guard.requireAllowed(new URL(address))).toThrow(HostRefusedError);
    }
  });

  it('are none where the operator has named none', () => {
    expect(() => guardOf({ allowedHosts: [] }).requireAllowed(new URL('https://mcp.example.com/'))).toThrow(/none are/);
  });

  it('are not private addresses, however they are written', () => {
    const allowedHosts = ['127.0.0.1', '[::1]', '10.0.0.1'];
    for (const address of [
      'https://127.0.0.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://10.0.0.1/',
    ]) {
      expect(() => guardOf({ allowedHosts }).requireAllowed(new URL(address))).toThrow(HostRefusedError);
    }
  });

  describe('that lead to a private address', () => {
    let server: Server;
    let port: number;
    let calls = 0;
    beforeAll(async () => {
      server = createServer((_, response) => {
        calls += 1;
        response.end('reached');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => server.close());

    it('are refused as the connection is made, and reached where the operator has named them', async () => {
      const host = `localhost:${port}`;
      const guard = guardOf({ allowedHosts: [host] });
      const way = guard.wayTo(new URL(`https://${host}/`), 'user');
      await expect(request(`http://${host}/`, { dispatcher: way })).rejects.toThrow(/private address/);
      expect(calls).toBe(0);
      const own = guardOf({ allowedHosts: [host], privateHosts: [host] });
      const { body } = await request(`http://${host}/`, { dispatcher: own.wayTo(new URL(`http://${host}/`), 'user') });
      expect(await body.text()).toBe('reached');
      await Promise.all([guard.onApplicationShutdown(), own.onApplicationShutdown()]);
    });
  });
});
