import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { ProjectSkillDto, SkillDto } from '../../src/skills/skill.dto';
import type { InstructionsDto } from '../../src/templates/template.dto';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

const document = (name: string, words: string): string =>
  `---\nname: ${name}\ndescription: Offers ${words}.\n---\nSays ${words}. See [more](references/more.md).\n`;

describe('skills', () => {
  const model = new ScriptedModel();
  let service: RelayService;
  let project: string;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const call = async <T>(userId: string, method: string, path: string, body?: object) =>
    as(userId).request<T & { code?: string; detail?: string }>(method, `/api/v1${path}`, body);
  const make = async (input: object): Promise<ChatDto> =>
    (await call<ChatDto>('ada', 'POST', '/chats', { projectId: project, ...input })).body;
  const folderOf = (chatId: string): string => join(service.dataRoot, 'sessions', 'ada', chatId, 'skills');
  /** What the model was given with the last call of a turn, as text. */
  const given = async (chatId: string, message = 'hello', command?: string): Promise<string> => {
    const reply = callsReply([{ name: 'exec_command', arguments: { cmd: command ?? 'true' } }]);
    model.play(command === undefined ? textReply('done') : [reply, textReply('done')]);
    expect((await as('ada').ask(chatId, message)).turn.status).toBe('completed');
    return JSON.stringify(model.requests.at(-1)?.body);
  };
  const writeSkill = (root: string, name: string, words: string): void => {
    const folder = join(root, name);
    mkdirSync(join(folder, 'references'), { recursive: true });
    writeFileSync(join(folder, 'SKILL.md'), document(name, words));
    writeFileSync(join(folder, 'references', 'more.md'), `More of ${words}`);
  };

  beforeAll(async () => {
    await model.listen();
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', CODEX_APPROVAL_POLICY: 'never' },
      prepare: (dataRoot) => {
        const config = join(dataRoot, 'global_config');
        writeSkill(join(config, 'skills'), 'house-style', 'the style of the house');
        writeSkill(join(config, 'skills'), 'unchosen', 'what nobody chose');
        mkdirSync(join(config, 'templates'), { recursive: true });
        const template = 'name: Styled\ndescription: With a skill\ninstructions: Write well.\nskills: [house-style]\n';
        writeFileSync(join(config, 'templates', 'styled.yaml'), template);
        // Of the machine, as far as codex looks: where another program of its user would have put them.
        writeSkill(join(dataRoot, 'agent_home', '.agents', 'skills'), 'of-home', 'the home');
        writeSkill(join(dataRoot, 'codex_home', 'skills'), 'of-codex', 'the home of codex');
        writeFileSync(join(dataRoot, 'codex_home', 'AGENTS.md'), 'Instructions for every thread.');
      },
    });
    for (const user of ['ada', 'ben', 'eve']) await call(user, 'GET', '/projects');
    project = (await call<ProjectDto>('ada', 'POST', '/projects', { name: 'Site' })).body.id;
    await call('ada', 'POST', `/projects/${project}/members`, { userId: 'ben', role: 'viewer' });
  });
  afterAll(async () => {
    await service?.dispose();
    await model.stop();
  });

  it('of the operator and of a project are offered to its chats; a project’s are changed by who may write', async () => {
    const path = `/projects/${project}/skills`;
    const input = {
      document: document('release-notes', 'notes'),
      files: [
        { path: 'references/more.md', content: 'More of notes' },
        { path: 'scripts/list.sh', content: '#!/bin/sh\necho the script ran\n' },
      ],
    };
    const made = await call<ProjectSkillDto>('ada', 'POST', path, input);
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'release-notes', description: 'Offers notes.', version: 1 },
    });
    const listed = async (user: string, query = '') =>
      (await call<{ data: SkillDto[] }>(user, 'GET', `/skills${query}`)).body.data.map(({ name, scope }) => [
        name,
        scope,
      ]);
    const ofService = [
      ['house-style', 'service'],
      ['unchosen', 'service'],
    ];
    expect(await listed('eve')).toEqual(ofService);
    const ofProject = [ofService[0], ['release-notes', 'project'], ofService[1]];
    for (const user of ['ada', 'ben']) expect(await listed(user, `?projectId=${project}`)).toEqual(ofProject);
    for (const [user, method, at, body, status, code] of [
      ...([
        ['eve', 'GET', `/skills?projectId=${project}`, undefined, 404, 'project_not_found'],
        ['eve', 'GET', `${path}/release-notes`, undefined, 404, 'project_not_found'],
        ['ben', 'POST', path, { document: document('mine', 'x') }, 403, 'read_only'],
        ['ben', 'PATCH', `${path}/release-notes`, { files: [] }, 403, 'read_only'],
        ['ben', 'DELETE', `${path}/release-notes`, undefined, 403, 'read_only'],
        ['ada', 'POST', path, input, 409, 'skill_exists'],
        ['ada', 'POST', path, { document: document('unchosen', 'x') }, 409, 'skill_exists'],
        ['ada', 'POST', path, { document: 'No frontmatter' }, 400, 'invalid_skill'],
        ['ada', 'PATCH', `${path}/release-notes`, { document: document('other', 'x') }, 400, 'invalid_skill'],
        ['ada', 'PATCH', `${path}/nothing`, { files: [] }, 404, 'skill_not_found'],
        ['ada', 'PATCH', `${path}/release-notes`, { files: [], version: 7 }, 409, 'version_changed'],
        ['ada', 'PATCH', `${path}/release-notes`, { files: [], version: 0 }, 400, 'validation_failed'],
      ] as const),
      ...['../up', '/etc/x', 'a/../b', 'SKILL.md', '.hidden', 'a//b'].map((bad) => {
        const files = [{ path: bad, content: 'x' }];
        return ['ada', 'PATCH', `${path}/release-notes`, { files }, 400, 'validation_failed'] as const;
      }),
    ] as const) {
      const refused = await call(user, method, at, body);
      expect([method, at, body, refused.status, refused.body.code]).toEqual([method, at, body, status, code]);
    }
    const wide = { files: Array.from({ length: 5 }, (_, at) => ({ path: `f${at}`, content: 'x'.repeat(60_000) })) };
    expect((await call('ada', 'PATCH', `${path}/release-notes`, wide)).body.code).toBe('skill_too_large');
    const both = { files: ['a', 'a/b'].map((name) => ({ path: name, content: '' })) };
    expect((await call('ada', 'PATCH', `${path}/release-notes`, both)).body.code).toBe('invalid_skill');
    expect((await call<ProjectSkillDto>('ben', 'GET', `${path}/release-notes`)).body).toMatchObject(input);
  });

  it('reach the agent of a chat that has chosen them, by name first and then as it reads them, and no other chat', async () => {
    const chosen = await make({ skills: ['release-notes', 'house-style'] });
    const other = await make({});
    expect([chosen.skills, other.skills]).toEqual([['release-notes', 'house-style'], []]);
    const folder = folderOf(chosen.id);
    const first = await given(chosen.id);
    expect(first).toContain(`- house-style: Offers the style of the house. (${folder}/house-style/SKILL.md)`);
    expect(first).toContain(`- release-notes: Offers notes. (${folder}/release-notes/SKILL.md)`);
    expect(first).not.toMatch(/Says|unchosen/);

    const read = await given(
      chosen.id,
      'go on',
      `cat ${folder}/*/SKILL.md ${folder}/*/references/more.md; ${folder}/release-notes/scripts/list.sh; ` +
        `echo x >> ${folder}/house-style/SKILL.md; touch ${folder}/made`,
    );
    for (const words of ['Says the style', 'Says notes', 'More of notes', 'the script ran'])
      expect(read).toContain(words);
    expect(read).toMatch(/house-style\/SKILL\.md: (Permission denied|Read-only file system)/);
    expect(read).toMatch(/cannot touch [^:]*: Read-only file system/);

    // On the same process, as there is one.
    const beside = await given(other.id, 'hello', `ls ${folder} ${folderOf(other.id)}; cat ${folder}/*/SKILL.md`);
    expect(beside).not.toMatch(/Offers|Says/);
    const told = (id: string) => call<InstructionsDto>('ben', 'GET', `/chats/${id}/instructions`);
    expect((await told(chosen.id)).body.parts).toEqual([
      expect.objectContaining({ source: 'skills', text: expect.stringContaining('house-style: Offers') as unknown }),
    ]);
    expect((await told(other.id)).body.parts).toEqual([]);
  });

  it('are chosen anew at any time, also by templates; what nobody has is refused', async () => {
    const chat = await make({ template: 'styled' });
    expect(chat.skills).toEqual(['house-style']);
    expect(await given(chat.id)).toContain('Offers the style of the house');
    expect((await make({ template: 'styled', skills: [] })).skills).toEqual([]);
    const changed = await call<ChatDto>('ada', 'PATCH', `/chats/${chat.id}`, { skills: ['release-notes'] });
    expect(changed.body.skills).toEqual(['release-notes']);
    const next = await given(chat.id, 'go on', `ls ${folderOf(chat.id)}`);
    expect(next).toContain('Offers notes');
    expect(JSON.stringify((model.requests.at(-1)?.body as { messages: unknown[] }).messages.at(-1))).not.toContain(
      'house-style',
    );
    for (const [method, path, body] of [
      ['PATCH', `/chats/${chat.id}`, { skills: ['none'] }],
      ['POST', '/chats', { skills: ['release-notes'] }],
    ] as const) {
      const refused = await call('ada', method, path, body);
      expect(refused).toMatchObject({ status: 400, body: { code: 'unknown_skill' } });
      expect(refused.body.detail).toContain('there are: house-style');
    }
  });

  it('are as they are now: changed without a restart, and missed in words', async () => {
    const chat = await make({ skills: ['release-notes', 'house-style'] });
    await given(chat.id);
    writeSkill(join(service.dataRoot, 'global_config', 'skills'), 'house-style', 'the newer style');
    await call('ada', 'PATCH', `/projects/${project}/skills/release-notes`, {
      document: document('release-notes', 'new notes'),
    });
    await eventually('the file is read anew', async () => (await given(chat.id)).includes('Offers the newer style'));
    const folder = folderOf(chat.id);
    const read = await given(chat.id, 'go on', `cat ${folder}/*/SKILL.md`);
    expect(read).toContain('Says the newer style');
    expect(read).toContain('Says new notes');
    await call('ada', 'DELETE', `/projects/${project}/skills/release-notes`);
    await given(chat.id, 'go on', `ls ${folder}`);
    const events = JSON.stringify(await as('ada').events(chat.id));
    expect(events).toContain('The skill \\"release-notes\\" is not there any more');
    expect((await call<ChatDto>('ada', 'GET', `/chats/${chat.id}`)).body.skills).toHaveLength(2);
  });

  it('of the machine, of the workspace, and made by the agent itself are no skills of a chat', async () => {
    const chat = await make({ sandboxMode: 'danger-full-access', skills: ['house-style'] });
    const home = join(service.dataRoot, 'agent_home');
    const made = ['.agents/skills', '.codex/skills', `${home}/.agents/skills`].map((root, at) => {
      const file = `${root}/made-${at}/SKILL.md`;
      return `mkdir -p ${dirname(file)}; printf -- '---\\nname: made-${at}\\ndescription: Offers made ${at}.\\n---\\nWords of made ${at}.\\n' > ${file}`;
    });
    await given(chat.id, 'hello', made.join('; '));
    const names = ['made-0', 'made-1', 'made-2', 'of-home', 'of-codex', 'unchosen'].map((name) => `$${name}`).join(' ');
    for (const id of [chat.id, (await make({})).id]) {
      const text = await given(id, `Use ${names}`);
      expect(text).not.toContain('<skill>');
      // What its own command said stays in the conversation, and so does the message.
      const handed = text.replaceAll(/Offers made \d\.\\+n---\\+nWords of made \d\.\\+n' >/g, '');
      expect(handed).not.toMatch(/Offers (made|the home)|Words of made|Says the home|Instructions for every thread/);
      expect(text.includes('Offers the newer style')).toBe(id === chat.id);
    }
  });
});
