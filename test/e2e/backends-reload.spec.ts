import type { AdminBackendsDto } from '../../src/admin/backend-admin.dto';
import { writeBackends, RelayService } from '../support/service';
import { eventually } from '../support/eventually';

const DEMO_ONLY = 'backends:\n  - id: demo\n    type: demo\ndefault_backend: demo\n';
const WITH_SECOND = `${DEMO_ONLY.replace('default_backend', '  - id: second\n    type: demo\ndefault_backend')}`;

describe('a changed llm_backends.yaml', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { DEMO_WORD_DELAY_MS: '0' } });
    writeBackends(service.dataRoot, DEMO_ONLY);
  });

  afterAll(async () => {
    await service.dispose();
  });

  const backendIds = async (): Promise<string[]> => {
    const { body } = await service.client.request<{ data: { id: string }[] }>('GET', '/api/v1/backends');
    return body.data.map(({ id }) => id);
  };

  it('is taken over without a restart: a turn runs on a new backend, without a warning', async () => {
    const { client } = service;
    writeBackends(service.dataRoot, WITH_SECOND);
    await eventually('the new backend is listed', async () => (await backendIds()).includes('second'));
    const { body: chat } = await client.request<{ id: string }>('POST', '/api/v1/chats', { backend: 'second' });
    await eventually('codex knows the new model', async () => {
      const { turn } = await client.ask(chat.id, 'Hello');
      expect(turn.status).toBe('completed');
      const events = await client.events(chat.id);
      return !events.some(({ turnId, type }) => turnId === turn.id && type === 'warning');
    });
  });

  it('with a mistake leaves the old one in force and says why', async () => {
    writeBackends(service.dataRoot, 'backends:\n  - id: demo\n    type: nonsense\n');
    await eventually('the log says why', () => service.log.includes('nonsense'));
    expect(await backendIds()).toContain('second');
    const { body } = await service.client.request<AdminBackendsDto>('GET', '/api/v1/admin/backends');
    expect(body.fault).toContain('nonsense');
    expect(body.data.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ['demo', true],
      ['second', false],
    ]);
    expect(await service.client.request('POST', '/api/v1/admin/backends/reload')).toMatchObject({
      ...{ status: 409, body: { code: 'backends_file_broken', detail: expect.stringContaining('nonsense') as string } },
    });
  });

  it('is read at once when an administrator asks for it, who sees fallbacks and the health of deployments', async () => {
    const lost =
      '  - { id: lost, type: openai-compatible, model: m, base_url: "http://127.0.0.1:1", fallbacks: [demo] }';
    writeBackends(service.dataRoot, DEMO_ONLY.replace('default_backend', `${lost}\ndefault_backend`));
    const { status, body } = await service.client.request<AdminBackendsDto>('POST', '/api/v1/admin/backends/reload');
    expect({ status, fault: body.fault }).toEqual({ status: 200, fault: null });
    const { body: chat } = await service.client.request<{ id: string }>('POST', '/api/v1/chats', { backend: 'lost' });
    await service.client.ask(chat.id, 'Hello');
    const seen = await service.client.request<AdminBackendsDto>('GET', '/api/v1/admin/backends');
    expect(seen.body.data.find(({ id }) => id === 'lost')).toMatchObject({
      ...{ fallbacks: ['demo'], ready: true },
      deployments: [{ id: 'lost', baseUrl: 'http://127.0.0.1:1', lastFailure: expect.any(String) as string }],
    });
  });
});
