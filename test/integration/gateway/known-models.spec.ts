import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../src/database/database';
import { SessionRoutes } from '../../../src/gateway/routing/session-routes';
import { ModelCallEntity } from '../../../src/gateway/accounts/model-call.entity';
import { eventually } from '../../support/eventually';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { textReply } from '../../support/scripted-reply';
import { KeysFixture } from './keys-fixture';

describe('models that llm_backends.yaml only names, and models.yaml knows', () => {
  let model: ScriptedModel;
  let relay: KeysFixture;

  beforeAll(async () => {
    model = await startScriptedModel();
    const at = `base_url: "${model.url}", api_key_env: K`;
    relay = await KeysFixture.start({
      backends: [
        'backends:',
        `  - {id: openai, type: openai, ${at}, model: gpt-5}`,
        `  - {id: claude, type: anthropic, ${at}, model: claude-haiku-4-5}`,
        `  - {id: local, type: ollama, base_url: "${model.url}", model: "qwen3:32b"}`,
        '  - {id: demo, type: demo}',
      ].join('\n'),
      environment: { K: 'k-1' },
    });
  });
  beforeEach(async () => {
    await relay.gateway.app.get(Database).write((tx) => tx.clear(ModelCallEntity));
    model.play(textReply('hi', { usage: { input: 1000, cached: 400, output: 100, reasoning: 0 } }));
  });
  afterAll(async () => {
    await relay?.stop();
    await model?.stop();
  });

  const costs = async (): Promise<Record<string, number | null>> => {
    await relay.booked();
    const rows = await relay.gateway.app.get(Database).read.find(ModelCallEntity);
    return Object.fromEntries(rows.map((row) => [row.model, row.costMicros]));
  };

  it('are booked by the price of the list, each by its own, and unknown ones and the demo model have none', async () => {
    for (const name of ['openai', 'openai/gpt-5-mini', 'openai/gpt-unheard-of', 'local', 'demo']) {
      expect((await relay.ask(undefined, name)).status).toBe(200);
    }
    expect(await costs()).toEqual({
      ...{ 'gpt-5': 750 + 50 + 1000, 'gpt-5-mini': 150 + 10 + 200 },
      ...{ 'gpt-unheard-of': null, 'qwen3:32b': null, demo: null },
    });
  });

  it("are booked by their own price, too, when a chat has another model than its backend's", async () => {
    const route = { userId: 'default', backendId: 'openai', model: 'gpt-5-nano' };
    relay.gateway.app.get(SessionRoutes).bind('thread-1', { ...route, chatId: 'chat-1' });
    await (
      await relay.gateway.post('/responses', { model: 'openai', input: 'hi', prompt_cache_key: 'thread-1' })
    ).text();
    expect(await costs()).toEqual({ 'gpt-5-nano': 30 + 2 + 40 });
  });

  it.each([{}, { max_output_tokens: 100_000 }])(
    'are asked for no longer an answer than the list says, if the request says %j',
    async (fields) => {
      await (await relay.gateway.post('/responses', { model: 'claude', input: 'hi', stream: true, ...fields })).text();
      expect(model.requests[0]?.body.max_tokens).toBe(64_000);
    },
  );

  it('are listed with what is known of them', async () => {
    const listed = await relay.api<{ data: unknown[] }>('GET', '/v1/models');
    expect(listed.body.data).toMatchObject([
      { id: 'openai', context_window: 272_000, max_output_tokens: 128_000, input_modalities: ['text', 'image'] },
      { id: 'claude', context_window: 200_000, reasoning_levels: ['low', 'medium', 'high'] },
      { id: 'local', context_window: 32_768, max_output_tokens: null, input_modalities: ['text'] },
      { id: 'demo', context_window: 128_000, reasoning_levels: null },
    ]);
    const { body } = await relay.api('GET', '/v1/models/openai/gpt-4.1');
    expect(body).toMatchObject({ id: 'openai/gpt-4.1', context_window: 1_047_576, reasoning_levels: [] });
  });

  it("change with the operator's own list, without a restart; a mistake there leaves the old one in force", async () => {
    const { registry, dataRoot } = relay.gateway;
    const path = join(dataRoot, 'global_config', 'models.yaml');
    const windowOf = (id: string): number | undefined => registry.find(id)?.contextWindow;
    writeFileSync(path, 'models: [{id: "qwen3*", providers: [ollama], context_window: 65536}]');
    await eventually('the list is in force', () => windowOf('local') === 65_536);
    writeFileSync(path, 'models: [{id: "qwen3*", providers: [ollama], context_window: 7}]');
    expect(registry.reload()).toBe(true);
    expect(windowOf('local')).toBe(65_536);
    writeFileSync(path, 'models: [{id: "qwen3*", providers: [ollama], context_window: 99000}]');
    await eventually('the repaired list is in force', () => windowOf('local') === 99_000);
  });
});
