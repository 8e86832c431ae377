import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageDto } from '../../src/admin/usage.dto';
import type { AuditEntryDto } from '../../src/admin/audit/audit.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { zipEntries } from '../support/zip-entries';

interface List<T> {
  readonly data: T[];
}

describe('an administrator', () => {
  let service: RelayService;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const admin = (): RelayClient => service.client;
  const actions = async (query = ''): Promise<string[]> => {
    const { body } = await admin().request<List<AuditEntryDto>>('GET', `/api/v1/admin/audit?limit=500${query}`);
    return body.data.map(({ action }) => action);
  };

  beforeAll(async () => {
    service = await RelayService.start({
      environment: { ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '2', DEMO_WORD_DELAY_MS: '10' },
    });
    for (const user of ['ada', 'ben', 'cleo']) await as(user).request('GET', '/api/v1/projects');
  });
  afterAll(() => service?.dispose());

  it('finds users by a part of their names, and nobody else does', async () => {
    const { body } = await admin().request<List<{ id: string }>>('GET', '/api/v1/admin/users?search=BE');
    expect(body.data.map(({ id }) => id)).toEqual(['ben']);
    expect(await as('ada').request('GET', '/api/v1/admin/users')).toMatchObject({ status: 403 });
    const odd = await admin().request<List<object>>('GET', '/api/v1/admin/users?search=%25');
    expect(odd.body.data).toEqual([]);
  });

  it('limits what a user may use, who is told so', async () => {
    const set = await admin().request('PUT', '/api/v1/admin/users/cleo/limits', { turns_per_minute: 1 });
    expect(set.status).toBe(200);
    const { id } = await as('cleo').createChat();
    await as('cleo').send(id, 'slow: 3');
    const second = await as('cleo').request('POST', `/api/v1/chats/${id}/messages`, { content: 'more' });
    expect(second).toMatchObject({ status: 429, body: { code: 'limit_reached', limit: 'turns_per_minute' } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  it('disables a user, whose turn ends and from whom nothing more is accepted', async () => {
    const { id } = await as('ben').createChat();
    const { turnId } = await as('ben').send(id, 'run: sleep 300');
    await as('ben').send(id, 'and this');
    await eventually('the turn runs', async () =>
      (await as('ben').turns(id)).some(({ status }) => status === 'running'),
    );
    const disabled = await admin().request('PATCH', '/api/v1/admin/users/ben', { disabled: true });
    expect(disabled).toMatchObject({ status: 200, body: { disabledAt: expect.any(String) as string } });
    expect((await as('ben').request('GET', `/api/v1/chats/${id}`)).status).toBe(401);
    await eventually('no turn of the user is left', async () => {
      const { queuedTurns, instances } = await service.health();
      return queuedTurns === 0 && instances.every(({ turns }) => turns === 0);
    });
    expect(await admin().request('PATCH', '/api/v1/admin/users/ben', { disabled: false })).toMatchObject({
      status: 200,
    });
    const turns = await as('ben').turns(id);
    expect(turns.map(({ status, error }) => [status, error?.code])).toEqual([
      ['interrupted', 'user_disabled'],
      ['interrupted', 'user_disabled'],
    ]);
    expect(turns[0]?.id).toBe(turnId);
  });

  it('does not lock out everybody', async () => {
    const own = await admin().request('PATCH', '/api/v1/admin/users/default', { disabled: true });
    expect(own).toMatchObject({ status: 409, body: { code: 'own_account' } });
  });

  it('exports and erases all that is a user’s, also in the chats of others', async () => {
    const { body: project } = await as('ada').request<ProjectDto>('POST', '/api/v1/projects', { name: 'Shared' });
    await as('ada').request('POST', `/api/v1/projects/${project.id}/members`, { userId: 'ben', role: 'editor' });
    const own = await as('ben').createChat();
    await as('ben').ask(own.id, 'write: kept.txt secret-of-ben');
    const data = `data:application/octet-stream;base64,${Buffer.from('a file that ben has sent').toString('base64')}`;
    await as('ben').ask(own.id, { content: [{ type: 'file', fileName: '../odd.bin', data }] });
    const shared = await as('ada').createChat({ projectId: project.id });
    await as('ada').ask(shared.id, 'hello from ada');
    await as('ben').ask(shared.id, 'words-of-ben');
    const text = await (await fetch(`${service.url}/api/v1/admin/users/ben/export`)).text();
    expect(text).toContain('secret-of-ben');
    expect(text).toContain('words-of-ben');
    expect(text).not.toContain('hello from ada');
    const archive = await fetch(`${service.url}/api/v1/admin/users/ben/export?format=zip`);
    const entries = zipEntries(Buffer.from(await archive.arrayBuffer()));
    expect(entries.get('rows.jsonl')?.toString()).toContain('words-of-ben');
    expect(entries.get(`workspaces/${own.id}/kept.txt`)?.toString()).toContain('secret-of-ben');
    const sent = [...entries]
      .filter(([name]) => /^files\/[\w-]+\/[^/]+$/.test(name))
      .map(([, file]) => file.toString());
    expect(sent).toEqual(['a file that ben has sent']);
    expect(existsSync(join(service.dataRoot, 'sessions', 'ben'))).toBe(true);

    const used = async (query: string): Promise<UsageDto[]> =>
      (await admin().request<List<UsageDto>>('GET', `/api/v1/usage?${query}`)).body.data;
    await eventually('what was used is counted', async () => {
      const counts = await Promise.all([own, shared].map(({ id }) => used(`groupBy=chat&chatId=${id}`)));
      return counts.every(([sum]) => (sum?.calls ?? 0) >= 2);
    });
    const before = await used('groupBy=month,backend,model');
    const ofShared = await used(`groupBy=chat&chatId=${shared.id}`);
    expect((await admin().request('DELETE', '/api/v1/admin/users/ben')).status).toBe(204);
    expect(await used('groupBy=month,backend,model')).toEqual(before);
    expect(await used(`groupBy=chat&chatId=${shared.id}`)).toEqual(ofShared);
    const owners = await used('groupBy=user,chat,key');
    expect(owners).toContainEqual(
      expect.objectContaining({
        userId: '~erased',
        owner: { kind: 'erased', id: '~erased', displayName: 'Erased users' },
      }),
    );
    expect(JSON.stringify(owners)).not.toMatch(new RegExp(`"ben"|${own.id}`));
    expect((await admin().request('GET', '/api/v1/admin/users/ben')).status).toBe(404);
    expect(existsSync(join(service.dataRoot, 'sessions', 'ben'))).toBe(false);
    const left = JSON.stringify([await as('ada').messages(shared.id), await as('ada').events(shared.id)]);
    expect(left).toContain('hello from ada');
    expect(left).not.toMatch(/words-of-ben"|"ben"/);
    await as('ada').ask(shared.id, 'still there?');
  });

  it('reads in the audit log who did what, as pages and as lines', async () => {
    const seen = await actions();
    expect(seen).toEqual(
      expect.arrayContaining([
        ...['project.created', 'project.member_added', 'user.disabled', 'user.enabled', 'user.limits_changed'],
        ...['user.exported', 'user.erased', 'request.refused'],
      ]),
    );
    expect(new Set(await actions('&action=user.'))).toEqual(
      new Set(['user.disabled', 'user.enabled', 'user.limits_changed', 'user.exported', 'user.erased']),
    );
    const { body } = await admin().request<List<AuditEntryDto>>('GET', '/api/v1/admin/audit?action=user.erased');
    expect(body.data[0]).toMatchObject({ actorId: 'default', address: '127.0.0.1', targetId: 'ben', outcome: 'done' });
    const answer = await fetch(`${service.url}/api/v1/admin/audit`, { headers: { accept: 'application/x-ndjson' } });
    const lines = (await answer.text()).trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(seen.length);
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('action');
  });
});
