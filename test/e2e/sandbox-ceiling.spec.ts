import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatDto, CreateChatDto } from '../../src/chat/dto/chat.dto';
import { RelayService } from '../support/service';

describe('a ceiling on the sandbox of all chats', () => {
  const everything: CreateChatDto = { sandboxMode: 'danger-full-access', approvalPolicy: 'untrusted' };
  let service: RelayService;
  let old: ChatDto;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
    old = await service.client.createChat(everything);
    expect(old).toMatchObject(everything);
    await service.client.ask(old.id, 'hello');
    await service.stop();
    await service.restart({ CODEX_SANDBOX_MODE_MAX: 'workspace-write', CODEX_SANDBOX_MODE: 'danger-full-access' });
  });
  afterAll(() => service?.dispose());

  it.each([
    [{ sandboxMode: 'danger-full-access' }, 'sandbox_mode_not_allowed'],
    [{ approvalPolicy: 'untrusted' }, 'approval_policy_not_allowed'],
  ])('refuses %j, for new chats and old ones', async (input, code) => {
    const paths = [['POST', '/api/v1/chats'] as const, ['PUT', `/api/v1/chats/${old.id}`] as const];
    for (const [method, path] of paths) {
      expect(await service.client.request(method, path, input)).toMatchObject({
        status: 403,
        body: { status: 403, code },
      });
    }
  });

  it('lowers the default, and what chats chose before it, and shows that', async () => {
    const lowered = { sandboxMode: 'workspace-write', approvalPolicy: 'on-request' };
    expect(await service.client.createChat()).toMatchObject(lowered);
    expect(await service.client.chat(old.id)).toMatchObject(lowered);
    expect(await service.client.request('PUT', `/api/v1/chats/${old.id}`, lowered)).toMatchObject({ status: 200 });
  });

  it('asks before a command that destroys, which then runs in the sandbox', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const [kept, folder] = [
      join(service.dataRoot, 'kept'),
      join(service.dataRoot, 'sessions', 'default', id, 'workspace'),
    ];
    writeFileSync(kept, '');
    const turn = await client.askStreaming(id, `run: mkdir gone; rm -rf gone ${kept}; echo x > done.txt`);
    const { data } = await turn.first('approval.requested');
    expect(data.approval.decisions).toEqual(['accept', 'decline', 'cancel']);
    expect((await client.answer(data.approval.id, 'accept')).status).toBe(200);
    await turn.ended;
    expect(['gone', 'done.txt'].map((name) => existsSync(join(folder, name)))).toEqual([false, true]);
    expect(existsSync(kept)).toBe(true);
  });

  it('lets no command out of the sandbox, with nobody asked', async () => {
    const { client } = service;
    for (const id of [old.id, (await client.createChat()).id]) {
      const file = join(service.dataRoot, `made-by-${id}`);
      for (const text of [`approve: touch ${file}`, `run: touch ${file}`]) {
        const turn = await client.askStreaming(id, text);
        await turn.ended;
        expect(turn.ofType('approval.requested')).toEqual([]);
        expect(turn.ofType('turn.completed')[0]?.data.status).toBe('completed');
      }
      expect(existsSync(file)).toBe(false);
      await client.ask(id, 'run: echo x > here.txt');
      expect(existsSync(join(service.dataRoot, 'sessions', 'default', id, 'workspace', 'here.txt'))).toBe(true);
    }
  });
});
