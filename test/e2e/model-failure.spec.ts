import { RelayClient } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { errorReply, ScriptedReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { wordedReply } from '../support/worded-model';

const TOO_LONG = { code: 'context_length_exceeded' };

const FAILURES: readonly [string, string, ScriptedReply][] = [
  ['a refused key', 'upstream_unauthorized', errorReply(401, 'Incorrect API key provided')],
  ['a bad request', 'upstream_error', errorReply(400, 'Unsupported parameter')],
  ['a conversation that is too long', 'context_length_exceeded', errorReply(400, 'maximum context length', TOO_LONG)],
  ['an unknown model', 'model_not_found', errorReply(404, 'The model does not exist', { code: 'model_not_found' })],
];

describe('a failure of the model', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    const replies = new Map(FAILURES.map(([what, , reply]) => [what, reply]));
    model = await startScriptedModel((request) => replies.get(request.lastUserText) ?? wordedReply(request));
    service = await RelayService.start({ modelUrl: model.url, environment: { CODEX_POOL_SIZE: '1' } });
    client = service.client;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it.each(FAILURES)('%s ends the turn as failed with %s, and the chat goes on', async (what, code) => {
    const { id } = await client.createChat();
    const { turn } = await client.ask(id, what);
    expect(turn).toMatchObject({ status: 'failed', error: { code } });
    expect(turn.error?.message).not.toBe('');
    expect((await client.ask(id, 'hello')).turn.status).toBe('completed');
  });

  it('names neither the key nor the internal address', async () => {
    const log = JSON.stringify(await client.request('GET', '/api/v1/chats?limit=500'));
    expect(log).not.toContain(model.url);
    for (const { id } of (await client.request<{ data: { id: string }[] }>('GET', '/api/v1/chats')).body.data) {
      expect(JSON.stringify(await client.events(id))).not.toMatch(/127\.0\.0\.1:\d+|Bearer/);
    }
  });
});
