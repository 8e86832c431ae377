import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotDto } from '../../src/chat/dto/snapshot.dto';
import type { Page } from '../../src/database/page';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { RestoredDto, SnapshotDiffDto } from '../../src/snapshots/snapshot.dto';
import { outputOf } from '../support/agent-command';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

describe('the recorded files of a chat', () => {
  const model = new ScriptedModel();
  let service: RelayService;
  let chat: string;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const file = (path: string, of = chat): string => join(service.dataRoot, 'sessions', 'ada', of, 'workspace', path);
  const run = (command: string, of = chat): Promise<string> => outputOf(model, as('ada'), of, command);
  const snapshots = async (of = chat): Promise<SnapshotDto[]> =>
    (await as('ada').request<Page<SnapshotDto>>('GET', `/api/v1/chats/${of}/snapshots?limit=500`)).body.data;
  const restore = (body: object, of = chat, user = 'ada') =>
    as(user).request<RestoredDto & { code?: string }>('POST', `/api/v1/chats/${of}/restore`, body);
  const counted = (count: number, of = chat): Promise<unknown> =>
    eventually(`there are ${count} snapshots`, async () => (await snapshots(of)).length === count);

  beforeAll(async () => {
    await model.listen();
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', SNAPSHOT_WAIT_SECONDS: '120' },
    });
    for (const user of ['ada', 'ben', 'eve']) await as(user).request('GET', '/api/v1/projects');
    const project = (await as('ada').request<ProjectDto>('POST', '/api/v1/projects', { name: 'Files' })).body.id;
    await as('ada').request('POST', `/api/v1/projects/${project}/members`, { userId: 'ben', role: 'viewer' });
    chat = (await as('ada').createChat({ projectId: project })).id;
  });
  afterAll(async () => {
    await service?.dispose();
    await model.stop();
  });

  it('are one state for each turn that changes them, and none for one that does not', async () => {
    model.play(textReply('hello'));
    await as('ada').ask(chat, 'hello');
    await run(
      'echo one > a.txt; mkdir sub empty; echo kept > sub/kept; ln -s a.txt link; mkfifo fifo; printf x > "new\nline"',
    );
    await counted(2);
    model.play(textReply('nothing'));
    await as('ada').ask(chat, 'and now nothing');
    await run('echo two > a.txt; rm -r sub; echo more > b.txt');
    await counted(3);
    const [second, first, before] = await snapshots();
    expect([second, first, before]).toMatchObject([
      { kind: 'turn', available: true, files: 5 },
      { kind: 'turn', available: true, files: 5, skipped: [{ path: 'fifo', reason: 'not_a_file' }], skippedCount: 1 },
      { kind: 'before', files: 0 },
    ]);
    const diff = await as('ben').request<SnapshotDiffDto>('GET', `/api/v1/chats/${chat}/snapshots/${second?.id}/diff`);
    expect(diff.body).toMatchObject({ added: 1, changed: 1, deleted: 1, truncated: false, against: { id: first?.id } });
    expect(diff.body.diff).toContain('-one\n+two');
    const events = await as('ada').events(chat);
    expect(events.filter(({ type }) => type === 'snapshot.created')).toHaveLength(2);
  });

  it('are brought back to an earlier turn after a look at what that changes, and the other way again', async () => {
    const [second, first] = await snapshots();
    const turns = await as('ada').turns(chat);
    const turnId = turns[2]?.id;
    const preview = await restore({ turnId, preview: true });
    expect([preview.status, preview.body]).toMatchObject([
      200,
      { preview: true, added: 1, changed: 1, deleted: 1, undoSnapshotId: null },
    ]);
    expect(preview.body.files).toEqual([
      { path: 'a.txt', kind: 'changed' },
      { path: 'b.txt', kind: 'deleted' },
      { path: 'sub/kept', kind: 'added' },
    ]);
    expect(readFileSync(file('a.txt'), 'utf8')).toBe('two\n');
    const done = await restore({ turnId });
    expect(done.body).toMatchObject({ preview: false, added: 1, changed: 1, deleted: 1 });
    expect([readFileSync(file('a.txt'), 'utf8'), readFileSync(file('sub/kept'), 'utf8')]).toEqual(['one\n', 'kept\n']);
    expect([existsSync(file('b.txt')), existsSync(file('fifo'))]).toEqual([false, true]);
    const undone = await restore({ snapshotId: done.body.undoSnapshotId });
    expect(undone.status).toBe(200);
    expect([readFileSync(file('a.txt'), 'utf8'), existsSync(file('sub'))]).toEqual(['two\n', false]);
    expect((await restore({ turnId: turns[1]?.id, when: 'before' })).status).toBe(200);
    expect([existsSync(file('a.txt')), existsSync(file('fifo'))]).toEqual([false, true]);
    expect((await restore({ snapshotId: second?.id })).status).toBe(200);
    expect(first?.id).toBeDefined();
    const types = (await as('ada').events(chat)).map(({ type }) => type);
    expect(types.filter((type) => type === 'workspace.restored')).toHaveLength(4);
    // The agent finds what was restored.
    expect(await run('cat a.txt; ls')).toContain('two');
  });

  it('are of a chat: nobody else sees them, and who may only read it brings nothing back', async () => {
    const [newest] = await snapshots();
    expect((await restore({ snapshotId: newest?.id }, chat, 'ben')).body.code).toBe('read_only');
    expect((await restore({ snapshotId: newest?.id }, chat, 'eve')).body.code).toBe('chat_not_found');
    const other = (await as('eve').createChat()).id;
    expect((await restore({ snapshotId: newest?.id }, other, 'eve')).body.code).toBe('snapshot_not_found');
    const diff = await as('eve').request('GET', `/api/v1/chats/${other}/snapshots/${newest?.id}/diff`);
    expect(diff.body.code).toBe('snapshot_not_found');
    expect((await restore({})).body.code).toBe('validation_failed');
    // No command of an agent sees the store.
    expect(await run(`ls ${join(service.dataRoot, 'snapshots')} 2>&1`)).not.toContain('.git');
  });

  it('stay as they are while a turn runs', async () => {
    const [newest] = await snapshots();
    model.play([callsReply([{ name: 'exec_command', arguments: { cmd: 'sleep 60' } }]), textReply('done')]);
    await as('ada').send(chat, 'sleep');
    await eventually('the turn runs', async () => (await as('ada').chat(chat)).status === 'running');
    expect((await restore({ snapshotId: newest?.id })).body.code).toBe('turn_running');
    await as('ada').interrupt(chat);
    await eventually('the turn has ended', async () => (await as('ada').chat(chat)).status === 'idle');
    expect((await restore({ snapshotId: newest?.id })).status).toBe(200);
  });

  it('have what a user has put there between two turns, and what was there before the first', async () => {
    const of = (await as('ada').createChat()).id;
    const put = (path: string, text: string) =>
      fetch(`${service.url}/api/v1/chats/${of}/workspace/file?path=${path}&overwrite=true`, {
        ...{ method: 'PUT', body: text, headers: { 'x-user-id': 'ada' } },
      });
    expect((await put('given', 'at the beginning')).status).toBeLessThan(300);
    await run('echo mine > made; rm given', of);
    await eventually('it is recorded', async () => (await snapshots(of)).some(({ kind }) => kind === 'turn'));
    await put('between', 'two turns');
    await run('rm made between', of);
    const turns = await as('ada').turns(of);
    await restore({ turnId: turns[1]?.id, when: 'before' }, of);
    expect([readFileSync(file('between', of), 'utf8'), readFileSync(file('made', of), 'utf8')]).toEqual([
      'two turns',
      'mine\n',
    ]);
    await restore({ turnId: turns[0]?.id, when: 'before' }, of);
    expect([readFileSync(file('given', of), 'utf8'), existsSync(file('made', of))]).toEqual([
      'at the beginning',
      false,
    ]);
  });

  it('are recorded before the next turn when the service was killed before that, and a restore is brought to its end', async () => {
    const of = (await as('ada').createChat()).id;
    await run('for i in $(seq 400); do echo one > $i; done', of);
    await eventually('it is recorded', async () => (await snapshots(of)).some(({ kind }) => kind === 'turn'));
    await run('for i in $(seq 400); do echo two > $i; done', of);
    await service.kill();
    // As if the process had died before it could record anything of the last turn.
    await service.restart();
    const turns = await as('ada').turns(of);
    expect((await restore({ turnId: turns[0]?.id }, of)).status).toBe(200);
    expect(readFileSync(file('7', of), 'utf8')).toBe('one\n');
    expect((await restore({ turnId: turns[1]?.id }, of)).status).toBe(200);
    expect(readFileSync(file('400', of), 'utf8')).toBe('two\n');
    void restore({ turnId: turns[0]?.id }, of).catch(() => undefined);
    await eventually('the first file is back', () => readFileSync(file('1', of), 'utf8') === 'one\n' || undefined);
    await service.kill();
    await service.restart();
    expect((await run('cat * | sort | uniq -c', of)).trim()).toBe('400 one');
  });

  it('go with their chat', async () => {
    const of = (await as('ada').createChat()).id;
    await run('echo secret > secret.txt', of);
    await eventually('it is recorded', async () => (await snapshots(of)).length > 0);
    const store = join(service.dataRoot, 'snapshots', `${of}.git`);
    expect(existsSync(store)).toBe(true);
    await as('ada').request('DELETE', `/api/v1/chats/${of}`);
    await eventually('the store is gone', () => !existsSync(store));
    expect(service.errorLines).toEqual([]);
  });
});
