import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';
import { hangUpSignal } from './sse-stream';

describe('the signal that a caller has hung up', () => {
  const server = createServer();
  let client: Socket;
  let response: ServerResponse;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  beforeEach(async () => {
    const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>;
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    [, response] = await asked;
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
