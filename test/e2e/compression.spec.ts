import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { RelayService } from '../support/service';

interface Wire {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** As it is on the wire; fetch would undo the compression. */
function send(url: string, headers: Record<string, string> = {}, method = 'GET', body?: object): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = httpRequest(url, { agent: false, method, headers: { ...headers, ...type } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(pieces) }),
      );
    });
    sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const BROTLI = { 'accept-encoding': 'gzip, deflate, br, zstd' };
const GZIP = { 'accept-encoding': 'gzip' };

describe('the compression of answers', () => {
  let service: RelayService;
  let chatId: string;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', BASE_PATH: '/relay' } });
    for (let made = 0; made < 8; made++) chatId = (await service.client.createChat({ backend: 'demo' })).id;
    await service.client.ask(chatId, `echo: ${'many words '.repeat(300)}`);
  });
  afterAll(() => service?.dispose());

  const script = async (): Promise<string> => {
    const page = (await send(`${service.url}/`)).bytes.toString();
    return /assets\/index-[\w-]+\.js/.exec(page)?.[0] ?? 'no script';
  };

  it.each(['', '/relay'])('makes JSON small for who accepts it, below the path "%s"', async (base) => {
    const url = `${new URL(service.url).origin}${base}/api/v1/chats/${chatId}/messages`;
    const plain = await send(url);
    const [brotli, gzip] = [await send(url, BROTLI), await send(url, GZIP)];
    expect(plain.headers).toMatchObject({ vary: expect.stringContaining('Accept-Encoding') as string });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', etag: plain.headers.etag });
    expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip', etag: plain.headers.etag });
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    expect(brotli.bytes.length).toBeLessThan(plain.bytes.length / 4);
    for (const { headers } of [plain, brotli, gzip]) expect(headers.vary).toContain('Accept-Encoding');
  });

  it('answers a reader who has the same content already with 304, compressed or not', async () => {
    const url = `${service.url}/api/v1/chats/${chatId}/messages`;
    const tag = (await send(url, BROTLI)).headers.etag ?? '';
    expect(tag).toMatch(/^W\//);
    for (const accepted of [BROTLI, GZIP, {}]) {
      expect(await send(url, { ...accepted, 'if-none-match': tag })).toMatchObject({ status: 304 });
    }
  });

  it('tells a HEAD of the same answer, without a body', async () => {
    const url = `${service.url}/api/v1/chats/${chatId}/messages`;
    const [got, head] = [await send(url), await send(url, BROTLI, 'HEAD')];
    expect(head.bytes).toHaveLength(0);
    expect(head.headers).toMatchObject({ vary: got.headers.vary, etag: got.headers.etag });
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
  });

  it('serves scripts and styles as the build has compressed them, to be kept', async () => {
    const url = `${service.url}/${await script()}`;
    const [plain, brotli, gzip] = [await send(url), await send(url, BROTLI), await send(url, GZIP)];
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    expect(brotli.bytes.length).toBeLessThan(gzip.bytes.length);
    for (const { headers } of [plain, brotli, gzip]) {
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: expect.stringContaining('Accept-Encoding') as string,
      });
    }
    const again = { ...BROTLI, 'if-none-match': brotli.headers.etag ?? '' };
    expect(await send(url, again)).toMatchObject({ status: 304 });
    const head = await send(url, BROTLI, 'HEAD');
    expect(head.headers).toMatchObject({ 'content-encoding': 'br', 'content-length': `${brotli.bytes.length}` });
  });

  it('leaves what is small, an event stream and a stream of Socket.IO as they are', async () => {
    const small = await send(`${service.url}/health`, BROTLI);
    expect(small.headers['content-encoding']).toBeUndefined();
    const abort = new AbortController();
    const events = await fetch(`${service.url}/api/v1/chats/${chatId}/events`, {
      headers: { ...BROTLI, accept: 'text/event-stream' },
      signal: abort.signal,
    });
    expect(events.headers.get('content-encoding')).toBeNull();
    expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/);
    abort.abort();
  });

  it('leaves the answers of the gateway as they are', async () => {
    const url = `${service.url}/v1/responses`;
    const answer = await send(url, BROTLI, 'POST', { model: 'demo', input: 'many words '.repeat(400) });
    expect(answer.status).toBe(200);
    expect(answer.bytes.length).toBeGreaterThan(1024);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('leaves an answer as it is that shows a secret beside what its caller chose, and lets no proxy compress it', async () => {
    const url = `${service.url}/api/v1/admin/gateway-keys`;
    const models = Array.from({ length: 60 }, () => 'demo/some-long-name-of-a-model');
    const answer = await send(url, BROTLI, 'POST', { name: 'x'.repeat(100), models });
    expect(answer.bytes.length).toBeGreaterThan(1024);
    expect(answer).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store, no-transform' } });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });
});

describe('HTTP_COMPRESSION=off', () => {
  it('leaves every answer to a proxy', async () => {
    const service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', HTTP_COMPRESSION: 'off' } });
    try {
      const { bytes, headers } = await send(`${service.url}/openapi.json`, BROTLI);
      expect(bytes.length).toBeGreaterThan(10_000);
      expect(headers['content-encoding']).toBeUndefined();
      const page = (await send(`${service.url}/`)).bytes.toString();
      const script = /assets\/index-[\w-]+\.js/.exec(page)?.[0] ?? 'no script';
      expect((await send(`${service.url}/${script}`, BROTLI)).headers['content-encoding']).toBeUndefined();
    } finally {
      await service.dispose();
    }
  });
});
