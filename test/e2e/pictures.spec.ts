import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { S3Server } from '../support/s3-server';
import { RelayService } from '../support/service';

const BYTES = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64');
/** Its label says something else than its bytes. */
const CONTENT = [
  { type: 'text', text: 'look' },
  { type: 'image', url: PIXEL.replace('image/png', 'image/jpg') },
];
const SECRET = 'a very secret key';

const pictureOf = (message: MessageDto | undefined) => {
  const part = message?.content.find(({ type }) => type === 'image');
  if (part?.type !== 'image') throw new Error('there is no picture in the message');
  return part;
};

describe('a picture of a message', () => {
  let service: RelayService;
  let folder: string;

  beforeAll(async () => {
    // Outside of the data: a place of its own is to be hidden, too.
    service = await RelayService.start({ prepare: (dataRoot) => ({ STORAGE_PATH: (folder = `${dataRoot}-blobs`) }) });
  });
  afterAll(async () => {
    await service?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${service.url}${url}`, { headers, method });
  async function sent(): Promise<{ chatId: string; picture: ReturnType<typeof pictureOf> }> {
    const { id: chatId } = await service.client.createChat({ backend: 'demo' });
    expect((await service.client.ask(chatId, { content: CONTENT })).turn.status).toBe('completed');
    return { chatId, picture: pictureOf((await service.client.messages(chatId))[0]) };
  }

  it('is read at its address, as what its bytes are, and can run nothing there', async () => {
    const { picture } = await sent();
    expect(picture).toMatchObject({ mediaType: 'image/png', size: BYTES.length, width: 1, height: 1 });
    const answer = await get(picture.url);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(BYTES)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...{ 'content-type': 'image/png', 'content-length': String(BYTES.length), 'x-content-type-options': 'nosniff' },
      'content-disposition': `inline; filename="${picture.blobId}.png"`,
      'content-security-policy': expect.stringContaining('sandbox') as string,
      ...{ 'cache-control': 'private, no-cache', 'accept-ranges': 'bytes' },
    });
  });

  it('is sent again only where it has changed, and in parts', async () => {
    const { picture } = await sent();
    const head = await get(picture.url, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(BYTES.length)]);
    const etag = head.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect((await get(picture.url, { 'If-None-Match': etag })).status).toBe(304);
    expect((await get(picture.url, { 'If-None-Match': '"other"' })).status).toBe(200);
    const part = await get(picture.url, { Range: 'bytes=1-3' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-3/70', 'PNG']);
    expect((await get(picture.url, { Range: 'bytes=1-3', 'If-Range': '"other"' })).status).toBe(200);
    const beyond = await get(picture.url, { Range: 'bytes=100-' });
    expect([beyond.status, await beyond.json()]).toMatchObject([416, { code: 'range_not_satisfiable' }]);
  });

  it.each(['01a1f9b6-cc31-7330-95a4-7d70b653087a', 'nothing', '..%2F..%2Fdb%2Fchat.sqlite'])(
    'is not found where there is none of the caller: %s',
    async (id) => {
      const answer = await get(`/api/v1/blobs/${id}`);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'blob_not_found' }]);
    },
  );

  it('is gone with its chat', async () => {
    const { chatId, picture } = await sent();
    expect((await service.client.request('DELETE', `/api/v1/chats/${chatId}`)).status).toBe(204);
    expect((await get(picture.url)).status).toBe(404);
  });

  it('is out of reach of the commands of an agent', async () => {
    const { chatId } = await sent();
    const files = readdirSync(folder, { recursive: true }).map(String);
    const file = files.find((name) => statSync(join(folder, name)).isFile()) ?? '';
    await service.client.ask(chatId, `run: cat ${join(folder, file)} | base64; ls ${folder}`);
    const actions = JSON.stringify(await service.client.agentActions(chatId));
    expect(actions).toMatch(/No such file|Permission denied/);
    expect(actions).not.toContain(BYTES.toString('base64').slice(0, 40));
  });

  it('of an older version, in the rows, is read in between, and becomes a blob at the next start', async () => {
    const { chatId } = await sent();
    const [message] = await service.client.messages(chatId);
    await service.stop();
    const old = JSON.stringify([{ type: 'image', url: PIXEL }]);
    const file = join(service.dataRoot, 'db', 'chat.sqlite');
    await execute(file, `UPDATE messages SET content = '${old}' WHERE id = '${message?.id}'`);
    await execute(
      file,
      `UPDATE events SET data = json_set(data, '$.message.content', json('${old}'))
       WHERE chat_id = '${chatId}' AND type = 'message.created' AND json_extract(data, '$.message.id') = '${message?.id}'`,
    );
    await execute(file, `DELETE FROM storage_state WHERE name = 'pictures'`);
    await service.restart();
    const isBlob = async (): Promise<boolean> => {
      const picture = pictureOf((await service.client.messages(chatId))[0]);
      expect(picture.url).toMatch(/^(?:data:image\/png|\/api\/v1\/blobs\/)/);
      return picture.blobId !== undefined;
    };
    await eventually('the picture is a blob', isBlob);
    const picture = pictureOf((await service.client.messages(chatId))[0]);
    expect((await get(picture.url)).status).toBe(200);
    const events = JSON.stringify(await service.client.events(chatId));
    expect(events).toContain(picture.blobId);
    expect(events).not.toContain('base64');
  });

  it('is counted in the metrics', async () => {
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/codex_relay_blobs [1-9]/);
    expect(text).toContain('codex_relay_blob_sweeps_total{result="completed"}');
  });
});

describe('a service with its pictures in a bucket', () => {
  let bucket: S3Server;
  let service: RelayService;

  beforeAll(async () => {
    bucket = await S3Server.start();
    const { endpoint } = bucket.settings();
    service = await RelayService.start({
      environment: {
        ...{ STORAGE_TYPE: 's3', S3_BUCKET: bucket.settings().bucket, S3_ENDPOINT: endpoint, S3_TIMEOUT_SECONDS: '2' },
        ...{
          AWS_ACCESS_KEY_ID: 'S3RVER',
          AWS_SECRET_ACCESS_KEY: SECRET,
          LOG_LEVEL: 'debug',
          STORAGE_WAIT_SECONDS: '4',
        },
      },
    });
  });
  afterAll(async () => {
    await service?.dispose();
    await bucket?.stop();
  });

  it('gives it to the model and to its user, keeps nothing of it here, and its keys to itself', async () => {
    const { id } = await service.client.createChat({ backend: 'demo' });
    expect((await service.client.ask(id, { content: CONTENT })).turn.status).toBe('completed');
    const picture = pictureOf((await service.client.messages(id))[0]);
    const answer = await fetch(`${service.url}${picture.url}`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(BYTES)).toBe(true);
    expect(readdirSync(join(service.dataRoot, 'storage', 'incoming'))).toEqual([]);
    await service.client.ask(id, 'run: env');
    const actions = JSON.stringify(await service.client.agentActions(id));
    expect(actions).toContain('PATH=');
    expect(actions).not.toMatch(/AWS_|S3_|very secret/);
  });

  it('takes messages of words, and says of pictures that they cannot be stored, while the bucket is away', async () => {
    const { id } = await service.client.createChat({ backend: 'demo' });
    expect((await service.client.ask(id, { content: CONTENT })).turn.status).toBe('completed');
    const picture = pictureOf((await service.client.messages(id))[0]);
    await bucket.stop();
    // The caller's own picture is there already; another one is not.
    await service.client.send(id, { content: CONTENT });
    const lastTurn = async () => (await service.client.turns(id)).at(-1);
    await eventually('the turn has failed', async () => (await lastTurn())?.status === 'failed', 60_000);
    expect(await lastTurn()).toMatchObject({ error: { code: 'blob_store_unavailable' } });
    const other = 'data:image/gif;base64,R0lGODlhAwACAIAAAAAAAP///ywAAAAAAwACAAACA4yPBQA7';
    const refused = await service.client.request('POST', `/api/v1/chats/${id}/messages`, {
      content: [{ type: 'image', url: other }],
    });
    expect([refused.status, refused.body.code]).toEqual([503, 'blob_store_unavailable']);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await fetch(`${service.url}${picture.url}`)).status).toBe(503);
    const { id: words } = await service.client.createChat({ backend: 'demo' });
    expect((await service.client.ask(words, 'only words')).turn.status).toBe('completed');
    expect(service.log).not.toContain(SECRET);
  }, 120_000);
});

function execute(file: string, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file);
    database.run(statement, (error) => {
      database.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}
