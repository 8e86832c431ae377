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
  });
});
