import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UsageDto } from '../../src/admin/usage.dto';
import type { BranchDto, BranchWithMessageDto } from '../../src/branches/branch.dto';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { SnapshotDto } from '../../src/chat/dto/snapshot.dto';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import type { Page } from '../../src/database/page';
import type { ProjectDto } from '../../src/projects/project.dto';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

type Problematic = { readonly code?: string };

describe('a branch', () => {
  const model = new ScriptedModel();
  let service: RelayService;
  let project: string;
  let chat: string;
  let messages: MessageDto[];
  let turns: TurnDto[];
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const ada = (): RelayClient => as('ada');
  const folder = (of: string, user = 'ada'): string => join(service.dataRoot, 'sessions', user, of, 'workspace');
  const filesIn = (of: string, user = 'ada'): string[] =>
    readdirSync(folder(of, user))
      .filter((name) => /^f|^repo/.test(name))
      .sort();
  /** One turn, with a command and an answer that names itself. */
  const say = async (of: string, content: unknown, command: string, user = 'ada'): Promise<void> => {
    const call = { name: 'exec_command', arguments: { cmd: command, yield_time_ms: 30_000 } };
    model.play([callsReply([call]), textReply(`done: ${command}`)]);
    expect((await as(user).ask(of, { content })).turn.status).toBe('completed');
  };
  const post = <T>(path: string, body: object, user = 'ada') =>
    as(user).request<T & Problematic>('POST', `/api/v1/chats/${path}`, body);
  const idle = (of: string): Promise<unknown> =>
    eventually('the turn has ended', async () => (await ada().chat(of)).status === 'idle', 60_000);
  const recorded = (of: string, count: number): Promise<unknown> =>
    eventually('all is recorded', async () => {
      const { body } = await ada().request<Page<SnapshotDto>>('GET', `/api/v1/chats/${of}/snapshots?limit=500`);
      return body.data.length >= count;
    });
  const calls = async (): Promise<number> =>
    (await ada().request<{ data: UsageDto[] }>('GET', '/api/v1/usage')).body.data[0]?.calls ?? 0;
  /** Which of these words the model was told with the last request. */
  const told = (...words: string[]): string[] => {
    const text = JSON.stringify(model.requests.at(-1)?.body);
    return words.filter((word) => text.includes(word));
  };

  beforeAll(async () => {
    await model.listen();
    service = await RelayService.start({
      modelUrl: model.url,
      environment: {
        ...{ ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '2', BRANCHES_MAX: '8' },
        // Each turn's files are recorded, however busy the machine is.
        ...{ SNAPSHOT_WAIT_SECONDS: '120' },
      },
    });
    for (const user of ['ada', 'ben', 'eve']) await as(user).request('GET', '/api/v1/projects');
    project = (await ada().request<ProjectDto>('POST', '/api/v1/projects', { name: 'Branches' })).body.id;
    await ada().request('POST', `/api/v1/projects/${project}/members`, { userId: 'ben', role: 'editor' });
    chat = (await ada().createChat({ projectId: project, title: 'Work' })).id;
    const picture = { type: 'image', url: PIXEL };
    await say(
      chat,
      [{ type: 'text', text: 'message 1' }, picture],
      'echo "secret of 1"; git init -q repo; echo 1 > f1',
    );
    for (let at = 2; at <= 8; at += 1)
      await say(chat, `message ${at}`, `echo "secret of ${at}"; echo ${at} > f${at}; echo ${at} > f`);
    await recorded(chat, 9);
    messages = (await ada().messages(chat)).filter(({ role }) => role === 'user');
    turns = await ada().turns(chat);
  }, 180_000);
  afterAll(async () => {
    await service?.dispose();
    await model.stop();
  });

  it('of an edited message has the files and the memory of then, and the chat itself stays as it was', async () => {
    // Two calls a turn.
    await eventually('the calls so far are counted', async () => (await calls()) === 16);
    model.play([
      callsReply([{ name: 'exec_command', arguments: { cmd: 'cat f; echo other > f3' } }]),
      textReply('done'),
    ]);
    const edit = { content: 'message 3 otherwise', clientMessageId: 'edit-1' };
    const { status, body } = await post<BranchWithMessageDto>(`${chat}/messages/${messages[2]?.id}/edit`, edit);
    expect([status, body]).toMatchObject([202, { workspace: 'snapshot', memory: 'thread' }]);
    const branch = body.chat.id;
    await idle(branch);
    expect(body.chat).toMatchObject({
      parentId: chat,
      familyId: chat,
      parentTurnId: turns[1]?.id,
      title: 'Work (2)',
      projectId: project,
    });
    // The whole of what the agent knew: texts, and what its commands had printed.
    expect(told('message 1', 'message 2', 'secret of 2', 'message 3 otherwise')).toEqual([
      'message 1',
      'message 2',
      'secret of 2',
      'message 3 otherwise',
    ]);
    expect(told('message 3"', 'secret of 3', 'message 4', 'secret of 8')).toEqual([]);
    expect(filesIn(branch)).toEqual(['f', 'f1', 'f2', 'f3', 'repo']);
    expect(readFileSync(join(folder(branch), 'f3'), 'utf8')).toBe('other\n');
    expect(readFileSync(join(folder(branch), 'repo/.git/HEAD'), 'utf8')).toContain('ref:');
    expect((await ada().agentActions(branch)).at(-1)?.data.output).toContain('2');
    const said = (await ada().messages(branch)).map(textOf);
    expect(said.filter((text) => text.startsWith('message'))).toEqual([
      'message 1',
      'message 2',
      'message 3 otherwise',
    ]);
    // The same again is the same branch, and no second message.
    const again = await post<BranchWithMessageDto>(`${chat}/messages/${messages[2]?.id}/edit`, edit);
    expect([again.body.chat.id, again.body.turnId]).toEqual([branch, body.turnId]);
    expect(await ada().turns(branch)).toHaveLength(3);
    expect((await post(`${chat}/messages/${messages[2]?.id}/edit`, { ...edit, content: 'x' })).body.code).toBe(
      'idempotency_conflict',
    );
    // And the chat goes on as if there were no branch.
    await say(chat, 'message 9', 'cat f f3');
    expect(told('message 3"', 'secret of 3', 'message 8', 'message 9')).toEqual([
      'message 3"',
      'secret of 3',
      'message 8',
      'message 9',
    ]);
    expect(told('message 3 otherwise')).toEqual([]);
    expect(filesIn(chat)).toEqual(['f', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'repo']);
    expect(readFileSync(join(folder(chat), 'f3'), 'utf8')).toBe('3\n');
    // What was used by the copied turns is counted once, where it was used.
    const [copied, , own] = await ada().turns(branch);
    expect([copied?.copiedFrom, copied?.usage.totalTokens]).toEqual([turns[0]?.id, 0]);
    expect(own?.copiedFrom).toBeNull();
    expect((await ada().chat(branch)).usage.totalTokens).toBe(own?.usage.totalTokens);
    await eventually('the four calls are counted, and no more', async () => (await calls()) === 20);
  });

  it('after a turn has its log, which goes on by itself, and its files of then can be brought back', async () => {
    const { status, body } = await post<BranchDto>(`${chat}/fork`, {
      afterTurnId: turns[4]?.id,
      title: 'Aside',
      clientBranchId: 'a',
    });
    expect([status, body]).toMatchObject([
      201,
      { chat: { title: 'Aside', status: 'idle', usage: { totalTokens: 0 } } },
    ]);
    const branch = body.chat.id;
    expect(
      (await post<BranchDto>(`${chat}/fork`, { afterTurnId: turns[4]?.id, clientBranchId: 'a' })).body.chat.id,
    ).toBe(branch);
    expect(filesIn(branch)).toEqual(['f', 'f1', 'f2', 'f3', 'f4', 'f5', 'repo']);
    const copied = await ada().events(branch);
    expect(copied.at(-1)?.seq).toBe(body.chat.lastSeq);
    copied.reduce((before, { seq, previousSeq }) => {
      expect(previousSeq).toBe(before);
      return seq;
    }, 0);
    const text = JSON.stringify(copied);
    expect([text.includes(chat), turns.some(({ id }) => text.includes(id))]).toEqual([false, false]);
    await say(branch, 'aside', 'ls');
    expect(told('message 5', 'secret of 5', 'aside')).toEqual(['message 5', 'secret of 5', 'aside']);
    expect(told('message 6')).toEqual([]);
    const first = (await ada().turns(branch))[0]?.id;
    expect((await post(`${branch}/restore`, { turnId: first })).status).toBe(200);
    expect(filesIn(branch)).toEqual(['f1', 'repo']);
    const found = await ada().request<{ data: { chatId: string }[] }>('GET', '/api/v1/search?q=otherwise');
    expect(found.status).toBe(200);
  });

  it('of a retried turn asks another model with the same message', async () => {
    const { status, body } = await post<BranchWithMessageDto>(`${chat}/turns/${turns[0]?.id}/retry`, {
      backend: 'demo',
    });
    expect([status, body.chat]).toMatchObject([202, { backend: 'demo', parentTurnId: null }]);
    await idle(body.chat.id);
    const [question, answer] = await ada().messages(body.chat.id);
    expect([textOf(question), question?.content.map(({ type }) => type)]).toEqual(['message 1', ['text', 'image']]);
    expect(textOf(answer)).toContain('demo model');
    expect(filesIn(body.chat.id)).toEqual([]);
    expect((await post(`${chat}/turns/${turns[0]?.id}/retry`, { backend: 'none' })).body.code).toBe('unknown_backend');
  });

  it('is of whoever makes it, and for nobody who may not write', async () => {
    const of = await post<BranchDto>(`${chat}/fork`, { beforeTurnId: turns[3]?.id }, 'ben');
    expect(of.status).toBe(201);
    expect(filesIn(of.body.chat.id, 'ben')).toEqual(['f', 'f1', 'f2', 'f3', 'repo']);
    await say(of.body.chat.id, 'of ben', 'cat f', 'ben');
    expect(told('message 3', 'of ben')).toEqual(['message 3', 'of ben']);
    expect((await post(`${chat}/fork`, { beforeTurnId: turns[3]?.id }, 'eve')).body.code).toBe('chat_not_found');
    expect((await post(`${chat}/messages/${messages[0]?.id}/edit`, { content: 'x' }, 'eve')).body.code).toBe(
      'chat_not_found',
    );
    const branches = await as('ben').request<Page<ChatDto>>('GET', `/api/v1/chats/${chat}/branches`);
    expect(branches.body.data.map(({ familyId }) => familyId)).toEqual(branches.body.data.map(() => chat));
    expect(branches.body.data.length).toBeGreaterThanOrEqual(4);
  });

  it('is refused in words: of two turns, of none, of a turn that runs, and of too many', async () => {
    const code = async (path: string, body: object): Promise<unknown> =>
      (await post(`${chat}/${path}`, body)).body.code;
    expect(await code('fork', {})).toBe('validation_failed');
    expect(await code('fork', { afterTurnId: turns[0]?.id, beforeTurnId: turns[0]?.id })).toBe('validation_failed');
    expect(await code('fork', { afterTurnId: chat })).toBe('turn_not_found');
    expect(await code(`messages/${chat}/edit`, { content: 'x' })).toBe('message_not_found');
    const answer = (await ada().messages(chat)).find(({ role }) => role === 'assistant');
    expect(await code(`messages/${answer?.id}/edit`, { content: 'x' })).toBe('message_not_editable');
    // A message that is refused leaves no branch.
    const countOf = async () =>
      (await ada().request<Page<ChatDto>>('GET', `/api/v1/chats/${chat}/branches`)).body.data.length;
    const before = await countOf();
    expect(await code(`messages/${messages[0]?.id}/edit`, { content: '' })).toBe('empty_message');
    expect(await countOf()).toBe(before);
    model.play([callsReply([{ name: 'exec_command', arguments: { cmd: 'sleep 60' } }]), textReply('done')]);
    const { turnId } = await ada().send(chat, 'sleep');
    await eventually('the turn runs', async () => (await ada().chat(chat)).status === 'running');
    expect(await code('fork', { afterTurnId: turnId })).toBe('turn_running');
    // What came before it can be branched off from while it runs.
    expect(await code('fork', { beforeTurnId: turnId })).toBeUndefined();
    await ada().interrupt(chat);
    await idle(chat);
    const codes: unknown[] = [];
    for (let at = 0; at < 5; at += 1) codes.push(await code('fork', { beforeTurnId: turns[0]?.id }));
    expect(codes.at(-1)).toBe('too_many_branches');
  });

  it('is made once, and whole, wherever the service dies while it is made', async () => {
    const many = (await ada().createChat({ title: 'Many files' })).id;
    await say(many, 'many', 'for i in $(seq 1500); do echo $i > f$i; done');
    await recorded(many, 2);
    const [turn] = await ada().turns(many);
    const known = new Set([many]);
    const made = async (): Promise<string | undefined> => {
      const { data } = (await ada().request<Page<ChatDto>>('GET', `/api/v1/chats/${many}/branches`)).body;
      return data.find(({ id }) => !known.has(id))?.id;
    };
    const hasFiles = (id = ''): boolean => existsSync(folder(id)) && filesIn(id).length > 0;
    for (const [point, reached] of [
      ['before anything is stored', () => sleep(10)] as const,
      ['once its rows are stored', () => eventually('it is stored', made)] as const,
      ['while its files are made', () => eventually('it has files', async () => hasFiles(await made()))] as const,
    ]) {
      const fork = () => post<BranchDto>(`${many}/fork`, { afterTurnId: turn?.id, clientBranchId: point });
      const asked = fork().catch(() => undefined);
      await reached();
      await Promise.all([service.kill(), asked]);
      await service.restart();
      const { status, body } = await fork();
      const { id } = body.chat;
      expect([point, status, filesIn(id).length]).toEqual([point, 201, 1500]);
      expect((await fork()).body.chat.id).toBe(id);
      expect([point, await made(), known.add(id) && (await made())]).toEqual([point, id, undefined]);
      expect((await ada().messages(id)).map(textOf)).toEqual((await ada().messages(many)).map(textOf));
    }
  });

  it('is whole without the chat that it came from, also after a crash', async () => {
    const { body } = await post<BranchDto>(`${chat}/fork`, { afterTurnId: turns[7]?.id });
    if (body.code !== undefined) {
      // There are as many as there may be: one of them goes.
      const { data } = (await ada().request<Page<ChatDto>>('GET', `/api/v1/chats/${chat}/branches`)).body;
      await ada().request(
        'DELETE',
        `/api/v1/chats/${data.find(({ parentId, parentTurnId }) => parentId !== null && parentTurnId === null)?.id}`,
      );
    }
    const made =
      body.code === undefined ? body : (await post<BranchDto>(`${chat}/fork`, { afterTurnId: turns[7]?.id })).body;
    const branch = made.chat.id;
    expect((await ada().request('DELETE', `/api/v1/chats/${chat}`)).status).toBe(204);
    await eventually('the chat is gone', () => !existsSync(folder(chat)));
    await service.kill();
    await service.restart();
    expect(filesIn(branch)).toEqual(['f', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'repo']);
    await say(branch, 'alone', 'cat f');
    expect(told('message 1', 'message 8', 'done: echo', 'alone')).toEqual([
      'message 1',
      'message 8',
      'done: echo',
      'alone',
    ]);
    const [first] = await ada().messages(branch);
    const picture = first?.content.find((part) => part.type === 'image');
    const blob = await fetch(`${service.url}${picture?.url}`, { headers: { 'x-user-id': 'ada' } });
    expect(blob.status).toBe(200);
    const list = await ada().turns(branch);
    expect((await post(`${branch}/restore`, { turnId: list[1]?.id })).status).toBe(200);
    expect(filesIn(branch)).toEqual(['f', 'f1', 'f2', 'repo']);
    expect(service.errorLines).toEqual([]);
  });
});
