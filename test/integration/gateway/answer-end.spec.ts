import { Database } from '../../../src/database/database';
import { CallLog } from '../../../src/gateway/accounts/call-log';
import { ModelCallEntity } from '../../../src/gateway/accounts/model-call.entity';
import { eventually } from '../../support/eventually';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { CodexProcess } from './codex-process';
import { GatewayFixture } from './gateway-fixture';

const SECONDS = 1000;
const ALL = Infinity;
const ENDS_LATE = textReply('whole', { endDelayMs: 300 });
const BREAKS_OFF = textReply('whole', { fault: { kind: 'abort', afterFrames: ALL } });
const NEVER_ENDS = textReply('whole', { fault: { kind: 'stall', afterFrames: ALL } });

describe('an answer whose provider has said all of it', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let codex: CodexProcess;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backends = [
      'backends:',
      `  - {id: native, type: openai, base_url: "${model.url}", api_key_env: KEY, model: m, max_retries: 0}`,
      `  - {id: claude, type: anthropic, base_url: "${model.url}", api_key_env: KEY, model: m, max_retries: 0}`,
      `  - {id: chat, type: openai-compatible, base_url: "${model.url}", api_key_env: KEY, model: m, max_retries: 0}`,
    ];
    gateway = await GatewayFixture.start({ backends: backends.join('\n'), environment: { KEY: 'sk-1' } });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
  });
  beforeEach(() => gateway.app.get(Database).write((tx) => tx.clear(ModelCallEntity)));
  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await model?.stop();
  });

  const calls = async (): Promise<ModelCallEntity[]> => {
    await gateway.app.get(CallLog).flush();
    return gateway.app.get(Database).read.find(ModelCallEntity);
  };
  /** Resolves when the connection has nothing more to do with the answer: whether it was read to its end. */
  const playing = (reply: ScriptedReply): Promise<boolean> => {
    model.play(reply);
    return new Promise((resolve) => {
      model.onEnded = ({ abandonedAt }) => resolve(abandonedAt === undefined);
    });
  };

  const streamed = async (path: string, body: object): Promise<string> => {
    const startedAt = performance.now();
    const answer = await gateway.post(path, { ...body, stream: true }, { authorization: 'Bearer any' });
    const text = await answer.text();
    expect(performance.now() - startedAt).toBeLessThan(10 * SECONDS);
    return text;
  };

  describe.each(['native', 'claude', 'chat'])('by a %s backend', (backend) => {
    it('is complete for codex, and its connection is read to its end', async () => {
      const isRead = playing(ENDS_LATE);
      const turn = await codex.runTurn(await codex.startThread(backend), 'go');
      expect(turn).toMatchObject({ status: 'completed', error: null });
      expect(await isRead).toBe(true);
      await eventually('the call is noted', async () => (await calls()).length > 0);
      expect(await calls()).toMatchObject([{ backend, status: 'ok', errorCode: null }]);
    });

    const FAULTS = [
      ['breaks off', BREAKS_OFF],
      ['never ends', NEVER_ENDS],
    ] as const;

    it.each(FAULTS)('is complete for a client of the Responses API when the connection %s', async (_, reply) => {
      const isRead = playing(reply);
      const text = await streamed('/responses', { model: backend, input: 'hi' });
      const types = [...text.matchAll(/^event: (response\.[a-z]+)$/gm)].map(([, type]) => type);
      expect(types).toEqual(['response.created', 'response.completed']);
      expect(text).toMatch(/\n\ndata: \[DONE\]\n\n$/);
      expect(await isRead).toBe(false);
      expect(await calls()).toMatchObject([{ backend, status: 'ok', errorCode: null }]);
    });

    it.each(FAULTS)('is complete for a client of chat completions when the connection %s', async (_, reply) => {
      const isRead = playing(reply);
      const text = await streamed('/chat/completions', { model: backend, messages: [{ role: 'user', content: 'hi' }] });
      expect(text).toContain('"finish_reason":"stop"');
      expect(text).not.toContain('"error"');
      expect(text.match(/data: \[DONE\]/g)).toHaveLength(1);
      expect(await isRead).toBe(false);
      expect(await calls()).toMatchObject([{ backend, status: 'ok', errorCode: null }]);
    });
  });
});
