import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { request } from 'undici';
import { print, rounded } from '../support/figures';
import { RelayService } from '../support/service';
import { numberOption } from './arguments';
import { judged } from './target';

const MB = 1024 * 1024;
const SIZE_MB = 1_024;
const FILES = 100_000;
const A_FOLDER = 1_000;
const PIECE = Buffer.alloc(MB, 'a line of a log that is neither short nor long\n');

/** A file of 1 GB up and down, with the memory of the service; a workspace of 100,000 files. `--mb 1024 --files 100000` */
export async function files(): Promise<void> {
  const mb = numberOption('mb', SIZE_MB);
  const limits = {
    UPLOAD_FILE_MAX_MB: `${2 * mb}`,
    CHAT_WORKSPACE_MAX_MB: '0',
    CODEX_POOL_SIZE: '1',
    LOG_LEVEL: 'warn',
  };
  const service = await RelayService.start({ environment: limits });
  try {
    const { id } = await service.client.createChat({ backend: 'demo' });

    const workspace = `${service.url}/api/v1/chats/${id}/workspace`;
    const folder = join(service.dataRoot, 'sessions', 'default', id, 'workspace');
    await drain(`${workspace}?limit=1`);
    await large(service, workspace, folder, mb);
    await many(workspace, folder, numberOption('files', FILES));
  } finally {
    await service.dispose();
  }
}

async function large(service: RelayService, workspace: string, folder: string, mb: number): Promise<void> {
  const before = peakOf(service.pid) / MB;
  print(`\na file of ${mb} MB; the service has ${rounded(before)} MB before`);
  const up = await timed(() => put(`${workspace}/file?path=large.log`, mb));
  const copy = await timed(() => copyFile(join(folder, 'large.log'), join(folder, 'copy.log')));
  print(`  copied by the system: ${rounded(copy)} ms`);
  const report = (what: string, ms: number): void => {
    const grown = peakOf(service.pid) / MB - before;
    print(
      `  ${what}: ${rounded(ms)} ms; peak of memory so far ${judged(grown, { atMost: 100, unit: ' MB' })} above that`,
    );
  };
  report('written', up);
  report('uploaded as a form', await timed(() => upload(`${workspace}/upload?path=in`, mb)));
  report('read', await timed(() => drain(`${workspace}/file?path=large.log&download=true`)));
  report('all of it as tar', await timed(() => drain(`${workspace}/archive?format=tar`)));
  await rm(join(folder, 'copy.log'));
  await rm(join(folder, 'in'), { recursive: true });
  report('as zip', await timed(() => drain(`${workspace}/archive`)));
  await rm(join(folder, 'large.log'));
}

async function many(workspace: string, folder: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const path = join(folder, 'many', `folder-${Math.floor(made / A_FOLDER)}`);
    if (made % A_FOLDER === 0) mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `file-${made}.txt`), `${made}\n`);
  }
  mkdirSync(join(folder, 'flat'));
  for (let made = 0; made < count; made += 1) writeFileSync(join(folder, 'flat', `file-${made}.txt`), '');
  print(`\n${count} files in folders of ${A_FOLDER}, and as many in one`);
  const report = async (what: string, path: string): Promise<void> => {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) times.push(await timed(() => drain(workspace + path)));
    print(`  ${what}: ${times.map(rounded).join(', ')} ms`);
  };
  print(`  the names of the one folder, by Node: ${rounded(await timed(() => readdir(join(folder, 'flat'))))} ms`);
  await report('a page of a folder of 1,000', '?path=many/folder-7&limit=100');
  await report('a page of the folder of all', '?path=flat&limit=100');
  await report('searched for a name that is there', `/search?q=file-${count - 1}`);
  await report('searched for a name that is not', '/search?q=nowhere-at-all');
  await report('all as tar', '/archive?format=tar&path=many');
}

async function put(url: string, mb: number): Promise<void> {
  const body = Readable.from(Array.from({ length: mb }, () => PIECE));
  const headers = { 'content-type': 'application/octet-stream', 'content-length': `${mb * MB}` };
  await answered(await request(url, { method: 'PUT', body, headers, headersTimeout: 0, bodyTimeout: 0 }));
}

async function upload(url: string, mb: number): Promise<void> {
  const head = Buffer.from('--b\r\ncontent-disposition: form-data; name="files"; filename="form.log"\r\n\r\n');
  const body = Readable.from([head, ...Array.from({ length: mb }, () => PIECE), Buffer.from('\r\n--b--\r\n')]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  await answered(await request(url, { method: 'POST', body, headers, headersTimeout: 0, bodyTimeout: 0 }));
}

async function drain(url: string): Promise<void> {
  await answered(await request(url, { headersTimeout: 0, bodyTimeout: 0 }));
}

async function answered({ statusCode, body }: Awaited<ReturnType<typeof request>>): Promise<void> {
  if (statusCode >= 300) throw new Error(`answered ${statusCode}: ${await body.text()}`);
  body.resume();
  await finished(body);
}

/** The largest resident memory so far, in bytes. */
const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
