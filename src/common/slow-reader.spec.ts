import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { PendingRequestServer } from '../../test/support/pending-request-server';
import { endStream, taken } from './slow-reader';

const STALL_MS = 200;
/** Above what a slow reader takes at once of the system buffers. */
const SLOW_STALL_MS = 1_500;
const BYTES_PER_MS = 16 * 1024;
/** More than the system buffers of a loopback connection hold. */
const MUCH = Buffer.alloc(32 * 1024 * 1024);

describe('the reader of a streamed answer', () => {
  const server = new PendingRequestServer();
  let client: Socket;
  let response: ServerResponse;

  beforeAll(() => server.listen());
  afterAll(() => server.close());

  beforeEach(async () => {
    ({ client, response } = await server.ask());
  });
  afterEach(() => client.destroy());

  /** What a busy machine is late with is made up for. @param bytes after which the client stops. */
  function readSlowly(bytes = Infinity): void {
    let count = 0;
    const begun = performance.now();
    client.on('data', ({ length }) => {
      count += length;
      const aheadMs = count / BYTES_PER_MS - (performance.now() - begun);
      if (count >= bytes || aheadMs > 0) client.pause();
      if (count < bytes && aheadMs > 0) setTimeout(() => client.resume(), aheadMs);
    });
    client.resume();
  }

  it('loses its connection when it takes nothing for too long', async () => {
    response.write(MUCH);
    await taken(response, STALL_MS);
    expect(response.destroyed).toBe(true);
  });

  it('loses its connection, too, when it leaves the end of the answer', async () => {
    response.write(MUCH);
    endStream(response, STALL_MS);
    await once(response, 'close');
    expect(response.writableFinished).toBe(false);
  });

  it('keeps it when it reads on in time', async () => {
    response.write(MUCH);
    setTimeout(() => client.resume(), STALL_MS / 2);
    await taken(response, 10_000);
    expect([response.destroyed, response.writableNeedDrain]).toEqual([false, false]);
    endStream(response, SLOW_STALL_MS);
    await once(response, 'close');
    expect(response.writableFinished).toBe(true);
  });

  it('keeps it for as long as it goes on reading, however slowly', async () => {
    const begun = performance.now();
    response.write(MUCH);
    readSlowly();
    await taken(response, SLOW_STALL_MS);
    expect([response.destroyed, response.writableNeedDrain]).toEqual([false, false]);
    response.write(MUCH);
    endStream(response, SLOW_STALL_MS);
    await once(response, 'close');
    expect(response.writableFinished).toBe(true);
    expect(performance.now() - begun).toBeGreaterThan(2 * SLOW_STALL_MS);
  });

  it('keeps it when it was this process that stood still', async () => {
    response.write(MUCH);
    const isTaken = taken(response, SLOW_STALL_MS);
    await sleep(SLOW_STALL_MS / 10);
    client.resume();
    await immediate(); // The timers come next then, before any connection is looked at.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_STALL_MS + STALL_MS);
    await isTaken;
    expect([response.destroyed, response.writableNeedDrain]).toEqual([false, false]);
  });

  it('loses it when it stops in the middle', async () => {
    response.write(MUCH);
    readSlowly(MUCH.length / 2);
    await taken(response, SLOW_STALL_MS);
    expect(response.destroyed).toBe(true);
  });

  it('keeps it for any time when this service may be what holds it up', async () => {
    response.write(MUCH);
    const isTaken = taken(response, Infinity);
    await sleep(2 * STALL_MS);
    expect(response.destroyed).toBe(false);
    client.resume();
    await isTaken;
    expect(response.writableNeedDrain).toBe(false);
  });

  it('is not waited for once it has left', async () => {
    response.write(MUCH);
    client.resetAndDestroy();
    await taken(response, 10_000);
    expect(response.destroyed).toBe(true);
  });
});
