import type { Server } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { UploadConfig } from '../../../src/config/upload.config';
import { VirusScan } from '../../../src/storage/virus-scan';
import { fakeClamd } from '../../support/fake-clamd';
import { TemporaryFolder } from '../../support/temporary-folder';

async function* pieces(...content: readonly string[]): AsyncGenerator<Buffer, void, void> {
  for (const piece of content) yield await Promise.resolve(Buffer.from(piece));
}

const LOGGER = pino({ level: 'silent' });

describe('the scan of uploads by clamd', () => {
  const folder = new TemporaryFolder();
  const socketPath = join(folder.path, 'clamd.sock');
  let server: Server | undefined;
  const listen = (answer: (content: Buffer) => string | undefined) =>
    new Promise<void>((resolve) => (server = fakeClamd(answer).listen(socketPath, resolve)));
  const scan = async (content: AsyncIterable<Uint8Array>, host = socketPath): Promise<string> => {
    const config = Object.assign(new UploadConfig(), { clamdHost: host, clamdTimeoutSeconds: 2 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of new VirusScan(config, LOGGER).scanned(content)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))));
  afterAll(() => folder.remove());

  it('passes on what is clean, as it came, in pieces of any length', async () => {
    const seen: string[] = [];
    await listen((content) => (seen.push(content.toString()), 'stream: OK'));
    const large = 'x'.repeat(200_000);
    expect(await scan(pieces('one ', large, ''))).toBe(`one ${large}`);
    expect(seen).toEqual([`one ${large}`]);
  });

  it.each([
    ['stream: Eicar-Test-Signature FOUND', 'file_infected'],
    ['INSTREAM size limit exceeded. ERROR', 'file_not_scanned'],
    ['something else ERROR', 'scanner_unavailable'],
    [undefined, 'scanner_unavailable'],
  ])('refuses content of which clamd says %j', async (reply, code) => {
    await listen(() => reply);
    await expect(scan(pieces('content'))).rejects.toMatchObject({ code });
  });

  it('refuses all content while nobody answers, and takes all where there is none to ask', async () => {
    server = undefined;
    await expect(scan(pieces('content'), join(folder.path, 'nobody'))).rejects.toMatchObject({
      code: 'scanner_unavailable',
    });
    expect(await scan(pieces('content'), '')).toBe('content');
  });
});
