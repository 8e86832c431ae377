import { callsReply, deltasReply, textReply } from '../../support/scripted-reply';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { responsesFrames } from '../../support/scripted-responses';
import { CodexProcess } from './codex-process';
import { GatewayFixture } from './gateway-fixture';
import { SessionRoutes } from '../../../src/gateway/routing/session-routes';

describe('a turn of the real codex on a native Responses backend', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  let codex: CodexProcess;

  beforeAll(async () => {
    model = await startScriptedModel();
    gateway = await GatewayFixture.start({
      environment: { OPENAI_API_KEY: 'sk-native' },
      config: { openaiApiKey: 'sk-native', openaiBaseUrl: model.url, model: 'gpt-native' },
    });
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, gateway.registry.catalogModels());
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await model?.stop();
  });

  it('passes the events through byte for byte', async () => {
    const reply = deltasReply(1, { reasoning: ['hm'] });
    model.play(reply);
    const answer = await gateway.post('/responses', { model: 'openai', input: 'hi', stream: true });
    expect(await answer.text()).toBe(responsesFrames(reply, 0).join(''));
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
  });

  it('joins deltas that come together, and changes nothing else', async () => {
    const reply = deltasReply(20, { reasoning: ['hm'] });
    model.play(reply);
    const answer = await gateway.post('/responses', { model: 'openai', input: 'hi', stream: true });
    const [sent, frames] = [(await answer.text()).split(/(?<=\n\n)/), responsesFrames(reply, 0)];
    const isText = (frame: string): boolean => frame.includes('"response.output_text.delta"');
    const textOf = (of: readonly string[]): string =>
      of
        .filter(isText)
        .map((frame) => /"delta":"([^"]*)"/.exec(frame)?.[1] ?? '')
        .join('');
    expect(sent.filter((frame) => !isText(frame))).toEqual(frames.filter((frame) => !isText(frame)));
    expect(textOf(sent)).toBe(textOf(frames));
    expect(sent.length).toBeLessThan(frames.length);
  });

  it('replaces the model and the key, and passes no header of codex on', async () => {
    model.play([
      callsReply([{ name: 'exec_command', arguments: { cmd: 'echo native' } }], { reasoning: ['hm'] }),
      textReply('done'),
    ]);
    const turn = await codex.runTurn(await codex.startThread('openai'), 'go');
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(turn.items).toContainEqual(expect.objectContaining({ aggregatedOutput: 'native\n' }));
    const [, second] = model.requests;
    expect(second).toMatchObject({ path: '/v1/responses', headers: { authorization: 'Bearer sk-native' } });
    expect(second?.body).toMatchObject({ model: 'gpt-native', stream: true });
    expect(second?.body).not.toHaveProperty('client_metadata');
    expect(Object.keys(second?.headers ?? {}).filter((name) => /codex|session|thread/.test(name))).toEqual([]);
    expect(JSON.stringify(second?.messages)).toContain('sealed-0');
  });

  it('follows the route of the thread, and leaves out the reasoning of other backends', async () => {
    model.play(textReply('native'));
    const thread = await codex.startThread('demo');
    const routes = gateway.app.get(SessionRoutes);
    await codex.runTurn(thread, 'think: first on demo');
    expect(model.requests).toHaveLength(0);
    routes.bind(thread, { chatId: 'c', userId: 'u', backendId: 'openai', model: 'gpt-other' });
    const turn = await codex.runTurn(thread, 'then natively');
    expect(turn.items.at(-1)?.text).toBe('native');
    const [request] = model.requests;
    expect(request?.body).toMatchObject({ model: 'gpt-other' });
    expect(request?.messages.filter(({ type }) => type === 'reasoning')).toEqual([]);
    expect(JSON.stringify(request?.messages)).toContain('first on demo');
  });

  it('asks again when the stream of the provider breaks off', async () => {
    model.play([deltasReply(5, { fault: { kind: 'abort', afterFrames: 4 } }), textReply('whole')]);
    const turn = await codex.runTurn(await codex.startThread('openai'), 'go');
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(turn.items.at(-1)?.text).toBe('whole');
  });
});
