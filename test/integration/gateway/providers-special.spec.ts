import { callsReply, textReply } from '../../support/scripted-reply';
import {
  answersOf,
  complaintsOf,
  outputsOf,
  PROVIDER_BACKENDS,
  PROVIDERS_KEY,
  ProvidersFixture,
} from './providers-fixture';

/** Where each provider is called, and how the key goes along. */
const ADDRESSES: Readonly<
  Record<(typeof PROVIDER_BACKENDS)[number], readonly [path: string, header: string, key: string]>
> = {
  openai: ['/v1/responses', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  azure: ['/openai/deployments/m-1/chat/completions?api-version=2025-01-01-preview', 'api-key', PROVIDERS_KEY],
  'azure-v1': ['/openai/v1/responses', 'api-key', PROVIDERS_KEY],
  'openai-compatible': ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  anthropic: ['/v1/messages', 'x-api-key', PROVIDERS_KEY],
  google: ['/v1/models/m-1:streamGenerateContent?alt=sse', 'x-goog-api-key', PROVIDERS_KEY],
  groq: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  deepseek: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  mistral: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  xai: ['/v1/responses', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  openrouter: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  ollama: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
  vllm: ['/v1/chat/completions', 'authorization', `Bearer ${PROVIDERS_KEY}`],
};

describe('the real codex on every type of provider', () => {
  let fixture: ProvidersFixture;

  beforeAll(async () => {
    fixture = await ProvidersFixture.start();
  });

  afterAll(() => fixture?.stop());

  it.each(PROVIDER_BACKENDS)('%s: runs parallel commands and answers', async (backend) => {
    const call = (word: string) => ({ name: 'exec_command', arguments: { cmd: `echo ${word}` } });
    const turn = await fixture.run(backend, [
      callsReply([call('one'), call('two')], { argumentPieces: 3 }),
      textReply('all done', { usage: { input: 100, output: 20, cached: 40 } }),
    ]);
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(outputsOf(turn).sort()).toEqual(['one\n', 'two\n']);
    expect(answersOf(turn)).toEqual(['all done']);
    expect(complaintsOf(turn)).toEqual([]);
    const [path, header, key] = ADDRESSES[backend];
    expect(fixture.model.requests).toHaveLength(2);
    expect(fixture.model.requests[1]).toMatchObject({ path, answersTool: true });
    expect(fixture.model.requests[1]?.headers[header]).toBe(key);
    const sent = JSON.stringify(fixture.model.requests[1]?.body);
    expect(sent).toContain('echo one');
    expect(sent).not.toContain('\\\\\\"cmd');
    const usage = turn.messages.findLast(({ method }) => method === 'thread/tokenUsage/updated')?.params;
    expect(usage).toMatchObject({
      tokenUsage: { last: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20 } },
    });
  });

  it.each(PROVIDER_BACKENDS)('%s: applies a patch, and replays it in the next turn', async (backend) => {
    const patch = `*** Begin Patch\n*** Add File: of-${backend}.txt\n+patched\n*** End Patch\n`;
    const isNative = backend === 'openai' || backend === 'azure-v1';
    const call = isNative
      ? { name: 'apply_patch', custom: true, arguments: patch }
      : { name: 'apply_patch', arguments: { input: patch } };
    fixture.play(backend, [callsReply([call]), textReply('patched'), textReply('again')]);
    const thread = await fixture.codex.startThread(backend);
    const turn = await fixture.codex.runTurn(thread, 'patch');
    expect(turn.items).toContainEqual(expect.objectContaining({ type: 'fileChange', status: 'completed' }));
    expect(answersOf(await fixture.codex.runTurn(thread, 'and now'))).toEqual(['again']);
    expect(JSON.stringify(fixture.model.requests[2]?.body)).toContain('*** Begin Patch');
  });

  it.each(PROVIDER_BACKENDS)('%s: keeps namespaced tools apart', async (backend) => {
    const isNative = backend === 'openai' || backend === 'azure-v1';
    const call = isNative
      ? { name: 'close_agent', namespace: 'multi_agent_v1', arguments: { target: 'nobody' } }
      : { name: 'multi_agent_v1__close_agent', arguments: { target: 'nobody' } };
    expect(answersOf(await fixture.run(backend, [callsReply([call]), textReply('closed')]))).toEqual(['closed']);
    const sent = JSON.stringify(fixture.model.requests[1]?.body);
    expect(sent).not.toContain('unsupported call');
    expect(sent).toContain('nobody');
  });
});
