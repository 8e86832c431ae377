import { Environment } from '../../config/environment';
import { GatewayConfig } from '../../config/gateway.config';
import { StorageConfig } from '../../config/storage.config';
import { BackendKeys } from '../catalog/backend-keys';
import { BackendRegistry } from '../catalog/backend-registry';
import { ProviderTable } from '../providers/provider-table';
import { SessionRoutes } from './session-routes';
import { BackendRouter, Caller, callerOf } from './backend-router';

const IMPOSSIBLE = [
  ...[
    '..',
    'openai/../x',
    'openai/a..b',
    'openai/m?k=v',
    'openai/m#x',
    'openai/m%2f',
    'openai/a\\b',
    ' openai',
    'openai/m ',
  ],
  ...[
    'openai/ m',
    'openai/a\nb',
    'openai/a\u0000',
    'openai/a\u0085',
    'openai/\u202em',
    'openai/a\u200bb',
    'openai/a\ud800',
  ],
  ...['', ' ', `openai/${'m'.repeat(260)}`],
];

describe('BackendRouter', () => {
  const config = Object.assign(new GatewayConfig(), { openaiApiKey: 'sk-x' });
  const keys = new BackendKeys(new Environment({ OPENAI_API_KEY: 'sk-x' }));
  const storage = Object.assign(new StorageConfig(), { dataRoot: '/nonexistent' });
  const registry = new BackendRegistry(storage, config, keys, new ProviderTable(config));
  registry.load();
  const routes = new SessionRoutes();
  const router = new BackendRouter(registry, routes);

  const of = (...threadIds: string[]): Caller => ({ threadIds });

  it('goes by the route of the thread before the model', () => {
    routes.bind('t1', { chatId: 'c', userId: 'u', backendId: 'demo', model: null });
    expect(router.resolve('openai', of('t1'))).toMatchObject({ backend: { id: 'demo' }, model: 'demo' });
    routes.bind('t1', { chatId: 'c', userId: 'u', backendId: 'openai', model: 'other' });
    expect(router.resolve('demo', of('t1'))).toMatchObject({ backend: { id: 'openai' }, model: 'other' });
    expect(router.resolve('demo', of('child', 't1'))).toMatchObject({ backend: { id: 'openai' } });
    routes.unbind('t1');
    expect(router.resolve('demo', of('t1'))).toMatchObject({ backend: { id: 'demo' } });
  });

  it('goes by backend, or backend and model, or the default', () => {
    expect(router.resolve('openai', of())).toMatchObject({ backend: { id: 'openai' }, model: 'gpt-5.5' });
    expect(router.resolve('openai/org/m', of())).toMatchObject({ backend: { id: 'openai' }, model: 'org/m' });
    expect(router.resolve(undefined, of())).toMatchObject({ backend: { id: 'openai' } });
  });

  it.each(['x', 'x/y', 'openai/', '/m'])('refuses %s with what there is', (name) => {
    expect(() => router.resolve(name, of())).toThrow('Models: openai, demo');
  });

  it.each(IMPOSSIBLE)('refuses %j, which no model is called', (name) => {
    expect(() => router.resolve(name, of())).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid_request', param: 'model' }) as Error,
    );
  });

  it.each([
    'us.anthropic.claude-haiku-4-5-v1:0',
    'hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M',
    '@cf/meta/llama-3',
    '/models/a.gguf',
  ])('takes %s, as models are called', (name) =>
    expect(router.resolve(`openai/${name}`, of())).toMatchObject({ model: name }),
  );

  it('finds the thread of a request of codex in its header and its body', () => {
    const headers = { 'x-codex-turn-metadata': '{"thread_id":"t","session_id":"s"}' };
    expect(callerOf(headers, { prompt_cache_key: 't' })).toEqual({ threadIds: ['t', 's'] });
    expect(callerOf({}, { prompt_cache_key: 'k' })).toEqual({ threadIds: ['k'] });
  });
});
