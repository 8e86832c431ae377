import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textReply } from '../../support/scripted-reply';
import { RelayService, writeBackends } from '../../support/service';
import { backendsYaml } from '../support/backend-entries';
import { contractSuite } from '../support/contract-suite';
import { World } from '../support/world';

/** A proxy that answers itself and notes what it was asked for. */
async function withProxy(
  world: World,
  environment: (proxyUrl: string) => Record<string, string>,
  act: (ask: (model: string) => Promise<void>, seen: readonly string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const yaml = backendsYaml(world.provider.url, [
    { id: 'proxied', type: 'openai-compatible', url: 'http://provider.test/v1' },
    { id: 'secure', type: 'openai-compatible', url: 'https://provider.test/v1' },
    { id: 'translated', type: 'anthropic', url: 'http://provider.test/v1' },
  ]);
  const service = await RelayService.start({
    environment: {
      ...environment(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`),
      ...{ CODEX_POOL_SIZE: '1', CONTRACT_KEY: 'sk-contract' },
    },
    prepare: (dataRoot) => writeBackends(dataRoot, yaml),
  });
  const ask = async (model: string): Promise<void> => {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer any' };
    await (await fetch(`${service.url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
  };
  try {
    await act(ask, seen);
  } finally {
    await service.dispose();
    proxy.close();
  }
}

contractSuite(__filename, 'a proxy of the environment', {
  probes: [
    {
      name: 'HTTP_PROXY is used for providers, passed through and translated, HTTPS_PROXY for https',
      run: async (world) => {
        const environment = (url: string): Record<string, string> => ({ HTTP_PROXY: url, HTTPS_PROXY: url });
        await withProxy(world, environment, async (ask, seen) => {
          await ask('proxied');
          await ask('translated');
          await ask('secure');
          const asked = seen.join('\n');
          expect(asked).toMatch(/provider\.test(:80)?(\/v1\/chat\/completions)?/);
          expect(seen.length).toBeGreaterThanOrEqual(3);
          expect(asked).toContain('CONNECT provider.test:443');
        });
      },
    },
    {
      name: 'NO_PROXY goes around it',
      run: async (world) => {
        world.provider.play(textReply('direct'));
        const environment = (url: string): Record<string, string> => ({ HTTP_PROXY: url, NO_PROXY: '127.0.0.1' });
        await withProxy(world, environment, async (ask, seen) => {
          await ask('proxied');
          expect(seen).toHaveLength(1);
          await ask('openai-compatible');
          expect(seen).toHaveLength(1);
          expect(world.provider.requests).toHaveLength(1);
        });
      },
    },
  ],
});
