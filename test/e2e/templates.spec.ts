import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendDto } from '../../src/chat/dto/backend.dto';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { InstructionsDto, TemplateDto } from '../../src/templates/template.dto';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { callsReply, textReply } from '../support/scripted-reply';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService, writeBackends } from '../support/service';

describe('templates', () => {
  const [chatModel, responsesModel] = [new ScriptedModel(), new ScriptedModel()];
  let service: RelayService;
  let project: ProjectDto;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const ada = (): RelayClient => as('ada');
  const call = async <T>(userId: string, method: string, path: string, body?: object) =>
    as(userId).request<T & { code?: string; detail?: string }>(method, `/api/v1${path}`, body);
  const make = async (input: object): Promise<ChatDto> => (await call<ChatDto>('ada', 'POST', '/chats', input)).body;
  /** What the model was given with its last request, as text. */
  const given = (model: ScriptedModel): string => JSON.stringify(model.requests.at(-1)?.body);
  const templateFile = (name: string): string => join(service.dataRoot, 'global_config', 'templates', `${name}.yaml`);
  const OURS = (instructions: string): string =>
    `name: Ours\ndescription: Of the operator\ninstructions: ${instructions}\nbackend: native\nmodel: big\neffort: high\n` +
    'temperature: 0.2\nmax_output_tokens: 500\nmax_model_calls: 2\nsandbox_mode: danger-full-access\n';

  beforeAll(async () => {
    await Promise.all([chatModel.listen(), responsesModel.listen()]);
    for (const model of [chatModel, responsesModel]) model.play(textReply('done'));
    service = await RelayService.start({
      environment: {
        ...{ ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', CODEX_SANDBOX_MODE_MAX: 'workspace-write' },
        ...{ SOME_KEY: 'none', CODEX_APPROVAL_POLICY: 'never' },
      },
      prepare: (dataRoot) => {
        const models = 'models: [{ name: big, model: big-1, reasoning_levels: [low, high] }]';
        writeBackends(
          dataRoot,
          `backends:\n  - { id: chat, type: openai-compatible, model: small-1, reasoning_levels: [low], base_url: '${chatModel.url}' }\n` +
            `  - { id: native, type: openai, model: own-1, api_key_env: SOME_KEY, base_url: '${responsesModel.url}', ${models} }\n`,
        );
        mkdirSync(join(dataRoot, 'global_config', 'templates'), { recursive: true });
        writeFileSync(join(dataRoot, 'global_config', 'templates', 'ours.yaml'), OURS('Speak as the first version.'));
      },
    });
    for (const user of ['ada', 'ben', 'cleo']) await call(user, 'GET', '/projects');
    const named = { name: 'Site', instructions: 'The project says: write for users.' };
    project = (await call<ProjectDto>('ada', 'POST', '/projects', named)).body;
    await call('ada', 'POST', `/projects/${project.id}/members`, { userId: 'ben', role: 'viewer' });
  });
  afterAll(async () => {
    await service?.dispose();
    await Promise.all([chatModel.stop(), responsesModel.stop()]);
  });

  it('say how a chat begins, what its agent is told in which order, and how its model is asked', async () => {
    const chat = await make({ template: 'ours', projectId: project.id, instructions: 'The chat says: be brief.' });
    expect(chat).toMatchObject({ backend: 'native', model: 'big', sandboxMode: 'workspace-write' });
    const path = `/chats/${chat.id}/workspace/file?path=AGENTS.md`;
    await fetch(`${service.url}/api/v1${path}`, {
      ...{ method: 'PUT', headers: { 'x-user-id': 'ada' }, body: 'The workspace says: tests first.' },
    });
    await ada().ask(chat.id, 'hello');
    const { body } = responsesModel.requests.at(-1) ?? {};
    expect(body).toMatchObject({ model: 'big-1', temperature: 0.2, max_output_tokens: 500 });
    expect(body).toMatchObject({ reasoning: { effort: 'high' } });
    const told = ['Speak as the first version.', 'The project says', 'The chat says', 'The workspace says'];
    const places = told.map((text) => given(responsesModel).indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    const { parts } = (await call<InstructionsDto>('ada', 'GET', `/chats/${chat.id}/instructions`)).body;
    expect(parts.map(({ source, name }) => [source, name])).toEqual([
      ...[
        ['template', 'Ours'],
        ['project', null],
        ['chat', null],
        ['workspace', 'AGENTS.md'],
      ],
    ]);
    expect(parts.map(({ text }) => text.slice(0, 12))).toEqual(told.map((text) => text.slice(0, 12)));
  });

  it('offer the model the tools that they name, and no other chat', async () => {
    const namesIn = (model: ScriptedModel): string => JSON.stringify(model.requests.at(-1)?.body.tools);
    await ada().ask((await make({ template: 'data_analyst' })).id, 'hello');
    for (const name of ['file_read', 'environment_setup']) expect(namesIn(chatModel)).toContain(name);
    expect(namesIn(chatModel)).not.toContain('file_write');
    await ada().ask((await make({})).id, 'hello');
    expect(namesIn(chatModel)).not.toContain('file_read');
  });

  it('are kept by a chat as they were when it was made, whatever becomes of them', async () => {
    const chat = await make({ template: 'ours' });
    writeFileSync(templateFile('ours'), OURS('Speak as the second version.'));
    await eventually('the file is read anew', async () => {
      const { body } = await call<TemplateDto>('ada', 'GET', '/templates/ours');
      return body.instructions.includes('second');
    });
    await ada().ask(chat.id, 'hello');
    expect(given(responsesModel)).toContain('Speak as the first version.');
    await ada().ask((await make({ template: 'ours' })).id, 'hello');
    expect(given(responsesModel)).toContain('Speak as the second version.');
  });

  it('tell the model of no skill of the machine or of codex itself', async () => {
    await ada().ask((await make({})).id, 'hello');
    // Paths are the tester's own.
    expect(given(chatModel).replaceAll(service.dataRoot, '')).not.toMatch(/skill/iu);
  });

  it('bound the calls of a turn, in words that say so', async () => {
    const { id } = await make({ template: 'ours' });
    responsesModel.play(callsReply([{ name: 'exec_command', arguments: '{"cmd": "true"}' }]));
    const { turn } = await ada().ask(id, 'go on for ever');
    responsesModel.play(textReply('done'));
    expect(turn).toMatchObject({ status: 'failed', error: { code: 'turn_limit_reached' } });
    expect(turn.error?.message).toContain('2 calls of the model and was stopped');
    expect(turn.error?.message).toContain("The chat's template sets the limit.");
  });

  it('of a project are for its chats and members, those of a user for nobody else', async () => {
    const input = {
      name: 'Notes',
      instructions: 'Write release notes.',
      backend: 'chat',
      effort: 'high',
      maxSeconds: 90,
    };
    const shared = (await call<TemplateDto>('ada', 'POST', '/templates', { ...input, projectId: project.id })).body;
    const own = (await call<TemplateDto>('ada', 'POST', '/templates', input)).body;
    expect([shared.scope, own.scope, shared.version]).toEqual(['project', 'user', 1]);
    const idsOf = async (userId: string, query = ''): Promise<string[]> =>
      (await call<{ data: TemplateDto[] }>(userId, 'GET', `/templates${query}`)).body.data.map(({ id }) => id);
    expect(await idsOf('ada', `?projectId=${project.id}`)).toEqual(
      expect.arrayContaining(['python_dev', shared.id, own.id]),
    );
    expect(await idsOf('ben', `?projectId=${project.id}`)).toContain(shared.id);
    expect(await idsOf('ben')).not.toContain(own.id);
    expect((await call('cleo', 'GET', `/templates?projectId=${project.id}`)).status).toBe(404);
    for (const [user, id, status] of [
      ...([
        ['ben', own.id, 404],
        ['cleo', shared.id, 404],
        ['ben', shared.id, 403],
      ] as const),
      ['ada', 'python_dev', 403] as const,
    ]) {
      expect((await call(user, 'PATCH', `/templates/${id}`, { name: 'Mine' })).status).toBe(status);
      expect((await call(user, 'DELETE', `/templates/${id}`)).status).toBe(status);
    }
    // A project's is for chats of that project.
    expect((await call('ada', 'POST', '/chats', { template: shared.id })).body.code).toBe('template_not_found');
    expect((await call('cleo', 'POST', '/chats', { template: own.id })).body.code).toBe('template_not_found');
    const chat = await make({ template: shared.id, projectId: project.id });
    const changed = await call<TemplateDto>('ada', 'PATCH', `/templates/${shared.id}`, {
      instructions: 'Write nothing.',
    });
    expect(changed.body).toMatchObject({ version: 2, name: 'Notes', instructions: 'Write nothing.' });
    const whole = { name: 'Notes', instructions: 'Write nothing.', skills: [] };
    const replaced = await call<TemplateDto>('ada', 'PUT', `/templates/${shared.id}`, whole);
    expect(replaced.body).toMatchObject({ ...whole, version: 3, description: '', starters: [] });
    expect(replaced.body).not.toHaveProperty('effort');
    for (const method of ['PUT', 'PATCH']) {
      const late = await call<{ code: string }>('ada', method, `/templates/${shared.id}`, { ...whole, version: 2 });
      expect([late.status, late.body.code]).toEqual([409, 'version_changed']);
    }
    expect((await call('ada', 'PUT', `/templates/${shared.id}`, { ...whole, version: 3 })).body).toMatchObject({
      version: 4,
    });
    expect((await call('ben', 'PUT', `/templates/${shared.id}`, whole)).status).toBe(403);
    expect((await call('ada', 'PUT', `/templates/${shared.id}`, { name: 'Notes' })).status).toBe(400);
    expect((await call('ada', 'DELETE', `/templates/${shared.id}`)).status).toBe(204);
    await ada().ask(chat.id, 'hello');
    expect(given(chatModel)).toContain('Write release notes.');
    // The model of that backend has no such effort.
    expect(chatModel.requests.at(-1)?.body.reasoning_effort).toBe('low');
    const bad = await call('ada', 'POST', '/templates', { name: 'x', instructions: 'y', temperature: 9 });
    expect(bad).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('leave backend, model and effort to each message, out of those that there are', async () => {
    const { data } = (await call<{ data: BackendDto[] }>('ada', 'GET', '/backends')).body;
    const models = data.map(({ id, models: all }) => [id, all.map(({ name, efforts }) => [name, efforts])]);
    expect(models).toEqual([
      ['chat', [['small-1', ['low']]]],
      [
        'native',
        [
          ['own-1', null],
          ['big', ['low', 'high']],
        ],
      ],
    ]);
    const { id } = await make({});
    await ada().ask(id, 'one');
    expect(chatModel.requests.at(-1)?.body.model).toBe('small-1');
    await ada().ask(id, { content: 'two', backend: 'native', model: 'big', effort: 'low' });
    expect(responsesModel.requests.at(-1)?.body).toMatchObject({ model: 'big-1', reasoning: { effort: 'low' } });
    expect(given(responsesModel)).toContain('one');
    await ada().ask(id, 'three');
    expect(chatModel.requests.at(-1)?.body.model).toBe('small-1');
    expect(given(chatModel)).toContain('two');
    for (const [options, code] of [
      [{ backend: 'nowhere' }, 'unknown_backend'],
      [{ backend: 'native', model: 'huge' }, 'unknown_model'],
      [{ effort: 'high' }, 'unknown_effort'],
    ] as const) {
      const refused = await call('ada', 'POST', `/chats/${id}/messages`, { content: 'x', ...options });
      expect(refused).toMatchObject({ status: 400, body: { code } });
    }
  });
});
