import type { LimitsDto } from '../../src/access/limits/limit.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { ChatStateDto, TurnStateDto } from '../../src/chat/dto/chat-state.dto';
import type { CreatedShareDto, SharedStateDto, SharedTurnStateDto } from '../../src/projects/shares/share.dto';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import { eventually } from '../support/eventually';
import { type Answer, RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';

interface List<T> {
  readonly data: T[];
}

interface ListChange {
  readonly chats?: ChatDto[];
  readonly chatId?: string;
}

describe('people who share a project', () => {
  let service: RelayService;
  let project: string;
  let chat: string;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const addMember = (userId: string, role: string) =>
    as('ada').request('POST', `/api/v1/projects/${project}/members`, { userId, role });

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', DEMO_WORD_DELAY_MS: '0' },
    });
    for (const user of ['ada', 'ben', 'cleo', 'dan']) await as(user).request('GET', '/api/v1/projects');
    const made = await as('ada').request<ProjectDto>('POST', '/api/v1/projects', { name: 'Website' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Website', role: 'owner', personal: false } });
    project = made.body.id;
    chat = (await as('ada').createChat({ projectId: project })).id;
  });
  afterAll(() => service?.dispose());

  it('have a project of their own each, which is shared with nobody and cannot be deleted', async () => {
    const { body } = await as('ben').request<List<ProjectDto>>('GET', '/api/v1/projects');
    expect(body.data).toMatchObject([{ personal: true, role: 'owner', chatCount: 0, hasRepository: false }]);
    const own = `/api/v1/projects/${body.data[0]?.id}`;
    expect(await as('ben').request('DELETE', own)).toMatchObject({ status: 409, body: { code: 'personal_project' } });
    const shared = await as('ben').request('POST', `${own}/members`, { userId: 'ada', role: 'viewer' });
    expect(shared).toMatchObject({ status: 409, body: { code: 'personal_project' } });
    expect((await as('ben').createChat()).projectId).toBe(body.data[0]?.id);
  });

  it('see nothing of a project before they are its members, in the words of what there is not', async () => {
    const nowhere = '01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a';
    for (const [path, id] of [
      [`/api/v1/projects/${project}`, project],
      [`/api/v1/chats/${chat}`, chat],
      [`/api/v1/chats/${chat}/messages`, chat],
    ] as const) {
      const hidden = await as('ben').request('GET', path);
      const missing = await as('ben').request('GET', path.replace(id, nowhere));
      expect([hidden.status, hidden.body.code]).toEqual([404, missing.body.code]);
      expect(hidden.body.detail).toBe(missing.body.detail.replace(nowhere, id));
    }
    expect((await as('ben').request<List<unknown>>('GET', `/api/v1/chats?projectId=${project}`)).body.data).toEqual([]);
  });

  it('read as viewers, and write as editors, under their names', async () => {
    expect(await addMember('ben', 'viewer')).toMatchObject({ status: 201, body: { userId: 'ben', role: 'viewer' } });
    expect(await addMember('ben', 'editor')).toMatchObject({ status: 409, body: { code: 'already_member' } });
    expect(await addMember('nobody', 'editor')).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    await as('ada').ask(chat, 'hello');
    expect(await as('ben').chat(chat)).toMatchObject({ role: 'viewer', projectId: project });
    expect(await as('ben').messages(chat)).toMatchObject([
      { author: { id: 'ada', displayName: 'ada' } },
      { author: null },
    ]);
    const refused = await as('ben').request('POST', `/api/v1/chats/${chat}/messages`, { content: 'no' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'read_only' } });
    const changed = await as('ada').request('PUT', `/api/v1/projects/${project}/members/ben`, { role: 'editor' });
    expect(changed).toMatchObject({ status: 200, body: { role: 'editor' } });
    await as('ben').ask(chat, 'from ben');
    expect((await as('ada').messages(chat)).map(({ author }) => author?.id)).toEqual([
      'ada',
      undefined,
      'ben',
      undefined,
    ]);
    const created = (await as('ada').events(chat)).filter(({ type }) => type === 'message.created');
    expect(created).toHaveLength(4);
    expect(created[2]).toMatchObject({ data: { message: { author: { id: 'ben' } } } });
    const deleted = await as('ben').request('DELETE', `/api/v1/chats/${chat}`);
    expect(deleted).toMatchObject({ status: 403, body: { code: 'read_only' } });
  });

  it('answer for each other, and see who has answered', async () => {
    const turn = await as('ada').send(chat, 'approve: echo allowed');
    const [approval] = await eventually('the agent asks', async () => {
      const open = await as('ben').approvals(chat);
      return open.length > 0 ? open : undefined;
    });
    expect(await as('cleo').answer(approval?.id ?? '', 'accept')).toMatchObject({ status: 404 });
    expect(await as('ben').answer(approval?.id ?? '', 'accept')).toMatchObject({
      ...{ status: 200, body: { status: 'resolved', resolvedBy: { id: 'ben', displayName: 'ben' } } },
    });
    await eventually('the turn ends', async () =>
      (await as('ada').turns(chat)).some(({ id, status }) => id === turn.turnId && status === 'completed'),
    );
  });

  it('hear how their lists change, each of their own, and nothing of what they may not see', async () => {
    const heard: Record<string, [string, ListChange][]> = { ada: [], ben: [], dan: [] };
    const sockets = await Promise.all(Object.keys(heard).map((user) => SocketClient.connect(service.url, user)));
    for (const [index, told] of Object.values(heard).entries()) {
      const socket = sockets[index];
      for (const name of ['chats:changed', 'chats:deleted']) {
        socket?.socket.on(name, (change: ListChange) => told.push([name, change]));
      }
      expect(await socket?.call('chats:watch', {})).toEqual({ ok: true });
    }
    const lastOf = (user: string, id: string) =>
      heard[user]?.flatMap(([, { chats = [] }]) => chats).findLast((one) => one.id === id);

    expect((await as('ben').request('PUT', `/api/v1/chats/${chat}/pin`)).status).toBe(204);
    expect((await as('ben').request('PUT', `/api/v1/chats/${chat}/pin`)).status).toBe(204);
    await as('ada').request('PATCH', `/api/v1/chats/${chat}`, { title: 'Renamed' });
    await eventually('both hear it', () => Promise.resolve(lastOf('ben', chat)?.title === 'Renamed'));
    expect(lastOf('ben', chat)).toMatchObject({ pinned: true, status: 'idle', projectId: project });
    expect(lastOf('ada', chat)).toMatchObject({ title: 'Renamed', pinned: false, role: 'owner' });
    const pinnedOf = async (user: string) =>
      (await as(user).request<List<{ id: string }>>('GET', '/api/v1/chats?pinned=true')).body.data.map(({ id }) => id);
    expect([await pinnedOf('ada'), await pinnedOf('ben')]).toEqual([[], [chat]]);
    expect((await as('dan').request('PUT', `/api/v1/chats/${chat}/pin`)).status).toBe(404);
    expect((await as('ben').request('DELETE', `/api/v1/chats/${chat}/pin`)).status).toBe(204);

    const { id } = await as('ada').createChat({ projectId: project });
    await as('ada').ask(id, 'hello');
    await eventually('its turn is over', () => Promise.resolve((lastOf('ben', id)?.lastSeq ?? 0) > 3));
    await as('ada').request('DELETE', `/api/v1/chats/${id}`);
    await eventually('its end is told', () =>
      Promise.resolve(heard.ben?.some(([name, { chatId }]) => name === 'chats:deleted' && chatId === id)),
    );
    expect(await pinnedOf('ben')).toEqual([]);
    expect(heard.dan).toEqual([]);
    await as('ada').request('PATCH', `/api/v1/chats/${chat}`, { title: 'hello' });
    for (const socket of sockets) socket.close();
  });

  it('lose what they watch at once when they are members no more', async () => {
    await addMember('cleo', 'viewer');
    const socket = await SocketClient.connect(service.url, 'cleo');
    const closed = new Promise((resolve) => socket.socket.once('chat:closed', resolve));
    await socket.join(chat, 0);
    const stream = await as('cleo').follow(chat);
    const removed = await as('ada').request('DELETE', `/api/v1/projects/${project}/members/cleo`);
    expect(removed.status).toBe(204);
    await stream.ended;
    expect(await closed).toMatchObject({ chatId: chat });
    const seen = socket.events.length;
    await as('ada').ask(chat, 'after cleo');
    expect(socket.events.length).toBe(seen);
    expect(await socket.call('chat:join', { chatId: chat })).toMatchObject({
      ok: false,
      error: { code: 'chat_not_found' },
    });
    socket.close();
  });

  it('cannot leave a project without an owner', async () => {
    const own = `/api/v1/projects/${project}/members`;
    expect(await as('ada').request('DELETE', `${own}/ada`)).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    });
    const lowered = await as('ada').request('PUT', `${own}/ada`, { role: 'viewer' });
    expect(lowered).toMatchObject({ status: 409, body: { code: 'last_owner' } });
  });

  it('move a chat where they may write, and take it out of the sight of the others so', async () => {
    const moved = await as('ada').createChat({ projectId: project });
    expect((await as('ben').chat(moved.id)).role).toBe('editor');
    const foreign = await as('ben').request<ProjectDto>('POST', '/api/v1/projects', { name: "Ben's" });
    const path = `/api/v1/chats/${moved.id}`;
    expect(await as('ada').request('PATCH', path, { projectId: foreign.body.id })).toMatchObject({ status: 404 });
    const { body } = await as('ada').request<List<ProjectDto>>('GET', '/api/v1/projects');
    const own = body.data.find(({ personal }) => personal)?.id;
    expect(await as('ada').request('PATCH', path, { projectId: own })).toMatchObject({ status: 200 });
    expect((await as('ben').request('GET', path)).status).toBe(404);
  });

  it('show one chat to whoever has a link, until it is revoked, and nothing of who they are', async () => {
    const path = `/api/v1/chats/${chat}/share`;
    expect(await as('ben').request('POST', path, {})).toMatchObject({ status: 403, body: { code: 'read_only' } });
    const { status, body: share } = await as('ada').request<CreatedShareDto>('POST', path, {});
    expect([status, share.active]).toEqual([201, true]);
    expect(share.token).toMatch(/^crs_[\w-]{43}$/);
    const shared = `/api/v1/shared/${share.token}`;
    const anybody = new RelayClient(service.url, undefined, 'dan');
    const seen = await anybody.request<object>('GET', shared);
    expect(seen).toMatchObject({ status: 200, body: { title: 'hello', workspace: false } });
    expect(seen.headers.get('x-robots-tag')).toBe('noindex, nofollow');
    const texts = await Promise.all(
      ['messages', 'events', 'agent-actions'].map(async (what) => {
        const { body } = await anybody.request<List<object>>('GET', `${shared}/${what}?limit=500`);
        return JSON.stringify(body);
      }),
    );
    expect(texts[0]).toContain('from ben');
    expect(texts.join('')).not.toMatch(/"author"|"ada"|"ben"|command\.output|approval\./);
    expect(JSON.parse(texts[2] ?? '')).toEqual({ data: [], nextCursor: null });
    await showsTheState(shared, share.workspace);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await anybody.request(method, `${shared}/messages`, {})).status).toBe(404);
    }
    expect(service.log).not.toContain(share.token);
    const listed = await as('ada').request<List<object>>('GET', path);
    expect(JSON.stringify(listed.body)).not.toContain(share.token);
    expect((await as('ada').request('DELETE', `${path}/${share.id}`)).status).toBe(204);
    const open = await as('ada').request<CreatedShareDto>('POST', path, { workspace: true });
    await showsTheState(`/api/v1/shared/${open.body.token}`, true);
    const gone = await anybody.request('GET', shared);
    const unknown = await anybody.request('GET', `${shared.slice(0, -3)}AAA`);
    expect([gone.status, gone.body.code, gone.body.detail]).toEqual([404, 'share_not_found', unknown.body.detail]);
  });

  /** Page by page, as members read it, without who they are; of the workspace what the link shows. */
  async function showsTheState(shared: string, workspace: boolean): Promise<void> {
    const anybody = new RelayClient(service.url, undefined, 'dan');
    const turns: SharedTurnStateDto[] = [];
    for (let before: string | null = ''; before !== null;) {
      const query: string = before === '' ? '?turns=2' : `?turns=2&before=${before}`;
      const answer: Answer<SharedStateDto> = await anybody.request('GET', `${shared}/state${query}`);
      const { status, body } = answer;
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/"author"|"ada"|"ben"|"chatId"|"decisions"|"projectId"/);
      expect(body).toMatchObject({ approvals: [], chat: { title: 'hello', workspace, status: 'idle' } });
      turns.unshift(...body.turns);
      before = body.previousCursor;
    }
    const { body: own } = await as('ada').request<ChatStateDto>('GET', `/api/v1/chats/${chat}/state?turns=100`);
    expect(turns.map(({ turn }) => turn.id)).toEqual(own.turns.map(({ turn }) => turn.id));
    const textsOf = (state: readonly (SharedTurnStateDto | TurnStateDto)[]) =>
      state.flatMap(({ messages }) => messages.map(({ message }) => message.content));
    expect(textsOf(turns)).toEqual(textsOf(own.turns));
    const done = own.turns.flatMap(({ actions }) => actions.map(({ action }) => action.id));
    expect(done.length).toBeGreaterThan(0);
    expect(turns.flatMap(({ actions }) => actions.map(({ action }) => action.id))).toEqual(workspace ? done : []);
    const [changed] = own.turns;
    const refused = { status: 403, body: { code: 'workspace_not_shared' } };
    const action = await anybody.request('GET', `${shared}/agent-actions/${done[0]}`);
    expect(action).toMatchObject(workspace ? { status: 200, body: { id: done[0] } } : refused);
    const diff = await anybody.request('GET', `${shared}/turns/${changed?.turn.id}/diff`);
    expect(diff).toMatchObject(workspace ? { status: 200, body: { diff: '' } } : refused);
    const other = (await as('ada').createChat()).id;
    const foreign = await as('ada').ask(other, 'elsewhere');
    if (!workspace) return;
    expect((await anybody.request('GET', `${shared}/turns/${foreign.turn.id}/diff`)).status).toBe(404);
    expect(
      (await anybody.request('GET', `${shared}/state?before=${Buffer.from(foreign.turn.id).toString('base64url')}`))
        .status,
    ).toBe(400);
  }

  it('are told of their limits', async () => {
    const { body } = await as('ben').request<LimitsDto>('GET', '/api/v1/account/limits');
    expect(body.limits.map(({ limit }) => limit)).toContain('turns_per_minute');
    const tokens = body.limits.find(({ limit }) => limit === 'tokens_per_day');
    expect(tokens).toMatchObject({ maximum: null, isDefault: true });
    expect(tokens?.used).toBeGreaterThan(0);
  });

  it('delete a project with its chats when they say so, and not otherwise', async () => {
    const path = `/api/v1/projects/${project}`;
    expect(await as('ben').request('DELETE', path)).toMatchObject({ status: 403, body: { code: 'read_only' } });
    expect(await as('ada').request('DELETE', path)).toMatchObject({ status: 409, body: { code: 'project_not_empty' } });
    expect((await as('ada').request('DELETE', `${path}?chats=delete`)).status).toBe(204);
    expect((await as('ben').request('GET', `/api/v1/chats/${chat}`)).status).toBe(404);
  });
});
