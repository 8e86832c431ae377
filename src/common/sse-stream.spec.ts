import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PendingRequestServer } from '../../test/support/pending-request-server';
import { hangUpSignal } from './sse-stream';

describe('the signal that a caller has hung up', () => {
  const server = new PendingRequestServer();
  let client: Socket;
  let response: ServerResponse;

  beforeAll(() => server.listen());
  afterAll(() => server.close());

  beforeEach(async () => {
    ({ client, response } = await server.ask('Connection: close\r\n'));
    client.resume();
  });
  afterEach(() => client.destroy());

  it('comes when the caller hangs up', async () => {
    const signal = hangUpSignal(response);
    client.destroy();
    await once(response, 'close');
    expect(signal.aborted).toBe(true);
  });

  it('is there at once for a caller that has hung up before', async () => {
    client.destroy();
    await once(response, 'close');
    expect(hangUpSignal(response).aborted).toBe(true);
  });

  it('does not come for a caller that has got the whole answer', async () => {
    const signal = hangUpSignal(response);
    response.end();
    await once(response, 'close');
    expect([signal.aborted, hangUpSignal(response).aborted]).toEqual([false, false]);
  });
});
