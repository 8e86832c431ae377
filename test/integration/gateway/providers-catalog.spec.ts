import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../../../src/config/environment';
import { StorageConfig } from '../../../src/config/storage.config';
import { CertificateBundle } from '../../../src/runtime/certificate-bundle';
import { ChildEnvironment } from '../../../src/runtime/child-environment';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { ModelCatalog } from '../../../src/runtime/model-catalog';
import { codexUnderTest } from '../../support/codex-under-test';
import { ScriptedBedrock, startScriptedBedrock } from '../../support/scripted-bedrock';
import { ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { callsReply, textReply } from '../../support/scripted-reply';
import { CodexProcess, CodexTurn } from './codex-process';
import { GatewayFixture } from './gateway-fixture';
import { answersOf, complaintsOf, outputsOf } from './providers-fixture';

const DATA = join(__dirname, '../../../data/test');

describe('what the real codex knows of the models', () => {
  let model: ScriptedModel;
  let bedrock: ScriptedBedrock;
  let gateway: GatewayFixture;
  let codex: CodexProcess;
  let dataRoot = '';

  beforeAll(async () => {
    model = await startScriptedModel();
    bedrock = await startScriptedBedrock('echo rock', 'solid');
    const url = `base_url: "${model.url}"`;
    gateway = await GatewayFixture.start({
      backends: [
        'backends:',
        `  - {id: plain, type: vllm, ${url}, model: m}`,
        `  - {id: thinker, type: vllm, ${url}, model: m, reasoning_levels: [low, high], aliases: [gpt-4o]}`,
        `  - {id: quiet, type: vllm, ${url}, model: m, reasoning_levels: [], apply_patch: false}`,
        `  - id: many`,
        `    type: vllm`,
        `    ${url}`,
        `    model: m`,
        `    max_output_tokens: 4000`,
        `    models: [{name: small/one, model: m-small, context_window: 9000, aliases: [quick]}]`,
        `  - {id: claude, type: anthropic, ${url}, api_key_env: K, model: m, max_output_tokens: 7777, price: {input: 3, cached: 0.3, output: 15}}`,
        `  - {id: rock, type: bedrock, base_url: "${bedrock.url}", api_key_env: K, model: anthropic.claude}`,
      ].join('\n'),
      environment: { K: 'k-1' },
    });
    mkdirSync(DATA, { recursive: true });
    dataRoot = mkdtempSync(join(DATA, 'catalog-'));
    const settings = [`model_catalog_json="${await writeCatalog()}"`];
    codex = await CodexProcess.start(gateway.baseUrl, gateway.key, [], settings);
  });

  afterAll(async () => {
    await codex?.stop();
    await gateway?.stop();
    await model?.stop();
    await bedrock?.stop();
    rmSync(dataRoot, { recursive: true, force: true });
  });

  /** As the service writes it. */
  async function writeCatalog(): Promise<string> {
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot }));
    await directories.prepare();
    const binary = codexUnderTest();
    const certificates = new CertificateBundle(directories.codexHome);
    const tools = { codexFolders: binary.toolPath, commandFolders: [] };
    const system = new Environment({ PATH: process.env.PATH ?? '' });
    const environment = new ChildEnvironment(system, directories, certificates, tools);
    const catalog = new ModelCatalog(directories, binary, environment);
    await catalog.write(gateway.registry.catalogModels());
    return catalog.file ?? '';
  }

  const run = async (name: string, params = {}): Promise<CodexTurn> => {
    model.play(textReply('fine'));
    return codex.runTurn(await codex.startThread(name), 'go', params);
  };
  const body = (): Record<string, unknown> => model.requests[0]?.body ?? {};

  it.each([
    ['plain', 'm'],
    ['thinker', 'm'],
    ['gpt-4o', 'm'],
    ['quiet', 'm'],
    ['many', 'm'],
    ['many/small/one', 'm-small'],
    ['quick', 'm-small'],
    ['claude', 'm'],
  ])('%s: no turn carries a warning', async (name, upstream) => {
    const turn = await run(name);
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(complaintsOf(turn)).toEqual([]);
    expect(body().model).toBe(upstream);
  });

  it.each([
    ['plain', true],
    ['quiet', false],
  ])('%s: apply_patch is offered: %s', async (name, offered) => {
    await run(name);
    expect(JSON.stringify(body().tools).includes('"apply_patch"')).toBe(offered);
  });

  it('asks for the effort that was chosen, of models that have it', async () => {
    await run('thinker', { effort: 'high' });
    expect(body().reasoning_effort).toBe('high');
    await run('thinker');
    expect(body().reasoning_effort).toBe('high');
    await run('plain', { effort: 'high' });
    expect(body()).not.toHaveProperty('reasoning_effort');
    await run('quiet');
    expect(body()).not.toHaveProperty('reasoning_effort');
  });

  it('gives codex the context window of each model', async () => {
    const turn = await run('many/small/one');
    const usage = turn.messages.findLast(({ method }) => method === 'thread/tokenUsage/updated')?.params;
    expect(usage).toMatchObject({ tokenUsage: { modelContextWindow: 9000 * 0.95 } });
  });

  it('asks for no longer answers than the model gives', async () => {
    await run('claude');
    expect(body().max_tokens).toBe(7777);
    model.play(textReply('fine'));
    await gateway.post('/responses', { model: 'many', input: 'hi', max_output_tokens: 100_000 });
    expect(body().max_tokens).toBe(4000);
  });

  it('speaks to Bedrock', async () => {
    const turn = await codex.runTurn(await codex.startThread('rock'), 'go');
    expect(turn).toMatchObject({ status: 'completed', error: null });
    expect(outputsOf(turn)).toEqual(['rock\n']);
    expect(answersOf(turn)).toEqual(['solid']);
    expect(bedrock.requests[1]).toMatchObject({
      path: '/model/anthropic.claude/converse-stream',
      authorization: 'Bearer k-1',
    });
    expect(bedrock.requests[1]?.body).toContain('"input":{"cmd":"echo rock"}');
  });

  it('keeps the calls of one round together', async () => {
    model.play([callsReply([{ name: 'exec_command', arguments: { cmd: 'true' } }]), textReply('ok')]);
    expect(answersOf(await codex.runTurn(await codex.startThread('claude'), 'go'))).toEqual(['ok']);
    const messages = model.requests[1]?.messages ?? [];
    expect(messages.slice(-2).map(({ role }) => role)).toEqual(['assistant', 'user']);
    expect(JSON.stringify(model.requests[1]?.body)).toContain('"cache_control":{"type":"ephemeral"}');
  });
});
