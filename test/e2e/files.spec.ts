import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { ProjectFileDto } from '../../src/files/project-file.dto';
import type { WorkspaceEntryDto } from '../../src/workspaces/workspace.dto';
import { outputOf } from '../support/agent-command';
import { eventually } from '../support/eventually';
import { fakeClamd } from '../support/fake-clamd';
import { formOf } from '../support/file-form';
import { startFilesService } from '../support/files-service';
import { PIXEL } from '../support/pixel';
import { RelayClient } from '../support/relay-client';
import { textReply } from '../support/scripted-reply';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';
import { zipEntries } from '../support/zip-entries';

const BYTES = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64');
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5_000, 7)]);

describe('files', () => {
  const model = new ScriptedModel();
  const clamd = fakeClamd((content) => (content.includes('EICAR') ? 'stream: Eicar-Test FOUND' : 'stream: OK'));
  let service: RelayService;
  let project: string;
  let chat: string;
  const as = (userId: string): RelayClient => new RelayClient(service.url, undefined, userId);
  const workspacePath = (path = ''): string => join(service.dataRoot, 'sessions', 'ada', chat, 'workspace', path);
  const fetchAs = (userId: string, path: string, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, { ...init, headers: { 'x-user-id': userId, ...(init.headers as object) } });
  const post = async <T>(userId: string, path: string, body: FormData) => {
    const answer = await fetchAs(userId, path, { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as T & { code?: string } };
  };
  const run = (command: string): Promise<string> => outputOf(model, as('ada'), chat, command);

  beforeAll(async () => {
    await model.listen();
    model.play(textReply('hello'));
    await new Promise<void>((resolve) => clamd.listen(0, '127.0.0.1', resolve));
    const { port } = clamd.address() as { port: number };
    service = await startFilesService(model.url, port);
    for (const user of ['ada', 'ben', 'cleo']) await as(user).request('GET', '/api/v1/projects');
    project = (await as('ada').request<ProjectDto>('POST', '/api/v1/projects', { name: 'Data' })).body.id;
    await as('ada').request('POST', `/api/v1/projects/${project}/members`, { userId: 'ben', role: 'viewer' });
    chat = (await as('ada').createChat({ projectId: project })).id;
  });
  afterAll(async () => {
    await service?.dispose();
    await model.stop();
    clamd.close();
  });

  it('are uploaded to a workspace, where the agent reads them, and what it writes is read over HTTP', async () => {
    const path = `/api/v1/chats/${chat}/workspace`;
    const uploaded = await post<{ data: WorkspaceEntryDto[] }>(
      'ada',
      `${path}/upload`,
      formOf({ 'in/ä b.txt': 'one', 'x.bin': PDF }),
    );
    expect(uploaded).toMatchObject({
      status: 201,
      body: { data: [{ path: 'in/ä b.txt', size: 3 }, { path: 'x.bin' }] },
    });
    expect(await run(`cat 'in/ä b.txt'; echo two > out.txt; ln -s /etc/passwd out; mkfifo fifo`)).toContain('one');
    const list = await as('ada').request<{ data: WorkspaceEntryDto[] }>('GET', path);
    expect(list.body.data.map(({ name, kind }) => [name, kind])).toEqual([
      ...[
        ['fifo', 'other'],
        ['in', 'folder'],
        ['out', 'link'],
        ['out.txt', 'file'],
        ['x.bin', 'file'],
      ],
    ]);
    const read = await fetchAs('ada', `${path}/file?path=out.txt`);
    expect([read.headers.get('content-type'), await read.text()]).toEqual(['text/plain; charset=utf-8', 'two\n']);
    const etag = read.headers.get('etag') ?? '';
    expect((await fetchAs('ada', `${path}/file?path=out.txt`, { headers: { 'If-None-Match': etag } })).status).toBe(
      304,
    );
    const part = await fetchAs('ada', `${path}/file?path=x.bin&download=true`, { headers: { Range: 'bytes=0-3' } });
    expect([part.status, await part.text(), part.headers.get('content-disposition')?.split(';')[0]]).toEqual([
      206,
      '%PDF',
      'attachment',
    ]);
    for (const [name, code] of [
      ['out', 'path_outside_workspace'],
      ['fifo', 'not_a_file'],
      ['in', 'not_a_file'],
      ['none', 'path_not_found'],
    ]) {
      expect((await as('ada').request('GET', `${path}/file?path=${name}`)).body.code).toBe(code);
    }
    const put = (query: string, headers = {}) =>
      fetchAs('ada', `${path}/file?path=${query}`, { method: 'PUT', body: 'three', headers });
    expect((await put('out.txt')).status).toBe(409);
    expect((await put('out.txt', { 'If-Match': '"old"' })).status).toBe(412);
    expect((await put('out.txt', { 'If-Match': etag })).status).toBe(200);
    expect(await run('cat out.txt')).toContain('three');
    expect((await as('ada').request('POST', `${path}/folders`, { path: 'new/er' })).status).toBe(201);
    expect((await as('ada').request('POST', `${path}/move`, { from: 'out.txt', to: 'new/er/o.txt' })).status).toBe(200);
    expect((await as('ada').request('DELETE', `${path}?path=in`)).status).toBe(204);
    expect([existsSync(workspacePath('new/er/o.txt')), existsSync(workspacePath('in'))]).toEqual([true, false]);
    expect((await as('ada').request<{ data: unknown[] }>('GET', `${path}/search?q=O.TXT`)).body.data).toHaveLength(1);
    const zip = zipEntries(Buffer.from(await (await fetchAs('ada', `${path}/archive`)).arrayBuffer()));
    expect([...zip.keys()]).toContain('new/er/o.txt');
    await eventually('the changes are in the log', async () => {
      const changed = (await as('ada').events(chat)).filter(({ type }) => type === 'workspace.changed');
      const isByAgent = changed.some(({ data }) => 'by' in data && data.by === 'agent');
      return isByAgent && JSON.stringify(changed).includes('"new/er/o.txt"');
    });
  });

  it('of a workspace are nobody else’s, and a viewer’s to read', async () => {
    const path = `/api/v1/chats/${chat}/workspace`;
    for (const [method, query] of [
      ['GET', ''],
      ['GET', '/file?path=x.bin'],
      ['GET', '/archive'],
      ['DELETE', '?path=x.bin'],
    ]) {
      expect(await as('cleo').request(method ?? '', `${path}${query}`)).toMatchObject({
        status: 404,
        body: { code: 'chat_not_found' },
      });
    }
    expect((await as('ben').request('GET', path)).status).toBe(200);
    expect(await as('ben').request('DELETE', `${path}?path=x.bin`)).toMatchObject({
      status: 403,
      body: { code: 'read_only' },
    });
    expect((await post('ben', `${path}/upload`, formOf({ a: 'a' }))).status).toBe(403);
    expect((await fetchAs('ben', `${path}/file?path=a`, { method: 'PUT', body: 'a' })).status).toBe(403);
  });

  it('that are refused, or break off, leave nothing behind', async () => {
    const path = `/api/v1/chats/${chat}/workspace`;
    const large = Buffer.alloc(9 * 1024 * 1024);
    expect(await post('ada', `${path}/upload`, formOf({ 'ok.txt': 'ok', large }))).toMatchObject({
      status: 413,
      body: { code: 'file_too_large' },
    });
    expect(await post('ada', `${path}/upload`, formOf({ '../../escape': 'x' }))).toMatchObject({
      status: 400,
      body: { code: 'path_outside_workspace' },
    });
    const incoming = (): string[] => {
      const folder = workspacePath('../incoming');
      return existsSync(folder) ? readdirSync(folder) : [];
    };
    const sending = request(`${service.url}${path}/file?path=cut`, { method: 'PUT', headers: { 'x-user-id': 'ada' } });
    sending.on('error', () => undefined);
    sending.write(Buffer.alloc(64 * 1024));
    await eventually('some of it has come', () => Promise.resolve(incoming().length > 0));
    sending.destroy();
    await eventually('what came is removed', () => Promise.resolve(incoming().length === 0));
    expect(readdirSync(workspacePath()).sort()).toEqual(['.git', 'fifo', 'new', 'out', 'x.bin']);
  });

  it('of a project are read by its agents and changed by none, beside the corpus of the operator', async () => {
    const uploaded = await post<{ data: ProjectFileDto[] }>(
      'ada',
      `/api/v1/files/upload/${project}`,
      formOf({ 'prices.csv': 'a,1', 'copy.csv': 'a,1' }),
    );
    expect(uploaded.status).toBe(201);
    const [prices, copy] = uploaded.body.data;
    const sha256 = createHash('sha256').update('a,1').digest('hex');
    expect(prices).toMatchObject({
      name: 'prices.csv',
      size: 3,
      sha256,
      mediaType: 'text/plain; charset=utf-8',
      uploadedBy: { id: 'ada' },
    });
    const out = await run(
      'cat $PROJECT_FILES_DIR/prices.csv $DATA_READ_DIR/corpus.txt; [ "$DATA_WRITE_DIR" = "$PWD" ] && echo here; ' +
        'echo x > $PROJECT_FILES_DIR/prices.csv; rm $PROJECT_FILES_DIR/copy.csv; touch $DATA_READ_DIR/x; ' +
        'ln $PROJECT_FILES_DIR/prices.csv hard; chmod 777 $PROJECT_FILES_DIR/prices.csv; ls $PROJECT_FILES_DIR',
    );
    // What it says and what it complains of come by two ways.
    for (const said of ['a,1of the operator', 'here\n', 'Read-only file system']) expect(out).toContain(said);
    expect(out).toContain('copy.csv\nprices.csv');
    expect(existsSync(workspacePath('hard'))).toBe(false);
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('PROJECT_FILES_DIR');
    expect(await (await fetchAs('ben', `/api/v1/files/${prices?.id}/download`)).text()).toBe('a,1');
    expect((await as('ben').request('DELETE', `/api/v1/files/${prices?.id}`)).status).toBe(403);
    for (const [method, url] of [
      ['GET', `/api/v1/files/${prices?.id}/download`],
      ['DELETE', `/api/v1/files/${prices?.id}`],
    ]) {
      expect(await as('cleo').request(method ?? '', url ?? '')).toMatchObject({
        status: 404,
        body: { code: 'file_not_found' },
      });
    }
    expect((await as('cleo').request('GET', `/api/v1/files/project/${project}`)).status).toBe(404);
    expect(await post('ada', `/api/v1/files/upload/${project}`, formOf({ 'prices.csv': 'b' }))).toMatchObject({
      status: 409,
      body: { code: 'file_exists' },
    });
    expect(
      (await post('ada', `/api/v1/files/upload/${project}?overwrite=true`, formOf({ 'prices.csv': 'new' }))).status,
    ).toBe(201);
    expect((await as('ada').request('DELETE', `/api/v1/files/${copy?.id}`)).status).toBe(204);
    expect(await run('ls $PROJECT_FILES_DIR; cat $PROJECT_FILES_DIR/*')).toContain('prices.csv\nnew');
    const infected = await post('ada', `/api/v1/files/upload/${project}`, formOf({ good: 'good', bad: 'EICAR' }));
    expect(infected).toMatchObject({ status: 422, body: { code: 'file_infected' } });
    const { body } = await as('ada').request<{ data: ProjectFileDto[] }>('GET', `/api/v1/files/project/${project}`);
    expect(body.data.map(({ name }) => name)).toEqual(['prices.csv']);
  });

  it('come with messages on every door: as pictures, as text, or in the workspace', async () => {
    const promptOf = (): string => JSON.stringify(model.requests.at(-1)?.body);
    model.play(textReply('seen'));
    const form = formOf(
      { 'p.png': BYTES, 'note.txt': 'remember the milk', 'report.pdf': PDF },
      { content: 'look', clientMessageId: 'm1' },
    );
    const sent = await post<{ messageId: string }>('ada', `/api/v1/chats/${chat}/messages?wait=true`, form);
    expect(sent.status).toBe(200);
    const message = (await as('ada').messages(chat)).findLast(({ role }) => role === 'user') as MessageDto;
    expect(message.content).toMatchObject([
      { type: 'text', text: 'look' },
      { type: 'image', fileName: 'p.png', width: 1 },
      { type: 'file', fileName: 'note.txt', path: null },
      { type: 'file', fileName: 'report.pdf', mediaType: 'application/pdf', size: PDF.length },
    ]);
    const [, , , report] = message.content;
    const path = report?.type === 'file' ? (report.path ?? '') : '';
    expect(path).toMatch(/^attachments\/[0-9a-f]{8}\/report\.pdf$/);
    expect(readFileSync(workspacePath(path)).equals(PDF)).toBe(true);
    for (const told of ['remember the milk', path, BYTES.toString('base64').slice(0, 40)])
      expect(promptOf()).toContain(told);
    const url = report && 'url' in report ? report.url : '';
    const download = await fetchAs('ben', url);
    expect([download.status, download.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('report.pdf'),
    ]);
    expect((await fetchAs('cleo', url)).status).toBe(404);
    const count = (await as('ada').messages(chat)).length;
    const again = formOf(
      { 'p.png': BYTES, 'note.txt': 'remember the milk', 'report.pdf': PDF },
      { content: 'look', clientMessageId: 'm1' },
    );
    const repeated = await post('ada', `/api/v1/chats/${chat}/messages`, again);
    expect(repeated).toMatchObject({ status: 202, body: { messageId: message.id } });
    expect(await as('ada').messages(chat)).toHaveLength(count);
    const data = `data:application/zip;base64,${Buffer.from('PK\u0003\u0004 of a zip').toString('base64')}`;
    await as('ada').ask(chat, { content: [{ type: 'file', fileName: '../../z.zip', data }] });
    expect(promptOf()).toMatch(/attachments\/[0-9a-f]{8}\/z\.zip/);
    const upload = await post<{ data: { blobId: string }[] }>(
      'ada',
      `/api/v1/chats/${chat}/attachments`,
      formOf({ 's.txt': 'by socket' }),
    );
    const socket = await SocketClient.connect(service.url, 'ada');
    await socket.join(chat, 0);
    const content = [{ type: 'file', blobId: upload.body.data[0]?.blobId }];
    expect(await socket.call('message:send', { chatId: chat, content })).toMatchObject({ ok: true });
    await eventually('the model has seen it', () => Promise.resolve(promptOf().includes('by socket')));
    socket.close();
  });

  it('of messages are as many and as large as the settings say, and nobody else’s uploads', async () => {
    const send = (content: unknown) => as('ada').request('POST', `/api/v1/chats/${chat}/messages`, { content });
    const many = formOf(Object.fromEntries(['1', '2', '3', '4', '5'].map((name) => [name, name])));
    expect(await post('ada', `/api/v1/chats/${chat}/messages`, many)).toMatchObject({
      status: 400,
      body: { code: 'too_many_files' },
    });
    const large = formOf({ large: Buffer.alloc(3 * 1024 * 1024) });
    expect(await post('ada', `/api/v1/chats/${chat}/attachments`, large)).toMatchObject({
      status: 413,
      body: { code: 'attachment_too_large' },
    });
    const other = (await as('ada').createChat({ projectId: project })).id;
    const upload = await post<{ data: { blobId: string }[] }>(
      'ada',
      `/api/v1/chats/${other}/attachments`,
      formOf({ x: 'x' }),
    );
    const blobId = upload.body.data[0]?.blobId;
    for (const id of [blobId, 'nothing']) {
      expect(await send([{ type: 'file', blobId: id }])).toMatchObject({
        status: 400,
        body: { code: 'upload_not_found' },
      });
    }
    expect(await send([{ type: 'file', fileName: 'x' }])).toMatchObject({
      status: 400,
      body: { code: 'invalid_content' },
    });
    expect((await post('cleo', `/api/v1/chats/${chat}/messages`, formOf({ x: 'x' }))).status).toBe(404);
  });
});
