import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { WebSocket } from 'ws';
import type { HttpAdapterHost } from '@nestjs/core';
import type { Authenticator } from '../../../src/auth/authenticator';
import type { Principal } from '../../../src/auth/principal';
import type { EndCode, PrincipalWatch } from '../../../src/auth/principal-watch';
import { conflict, DomainError } from '../../../src/common/domain.error';
import { requestContext } from '../../../src/common/request-context';
import { StreamLimits } from '../../../src/common/stream-limits';
import { ConnectionConfig } from '../../../src/config/connection.config';
import { ContractConfig } from '../../../src/config/contract.config';
import { ServerConfig } from '../../../src/config/server.config';
import type { WebSocketConnection } from '../../../src/contracts/web-socket-connection';
import { WebSocketEndpoints } from '../../../src/contracts/web-socket-endpoints';
import { eventually } from '../../support/eventually';
import { FrameClient } from '../../support/frame-client';

const CALLER: Principal = { id: 'ada', displayName: 'Ada', role: 'viewer', isAdmin: false, via: 'user-token' };

/** Says who calls by the header `x-caller`. */
const authenticator = {
  authenticate: ({ headers }: IncomingMessage) =>
    headers['x-caller'] === 'ada'
      ? Promise.resolve(CALLER)
      : Promise.reject(new DomainError(401, 'unauthenticated', 'Who calls?')),
} as unknown as Authenticator;

describe('the WebSockets of contracts', () => {
  const http = createServer((_request, answer) => answer.writeHead(426).end());
  const logged: string[] = [];
  const ends = new Set<(code: EndCode) => void>();
  const watch = {
    toucherFor: () => () => undefined,
    watch: (_user: Principal, onEnd: (code: EndCode) => void) => {
      ends.add(onEnd);
      return () => ends.delete(onEnd);
    },
  } as unknown as PrincipalWatch;
  const server = Object.assign(new ServerConfig(), { corsOrigins: ['https://page.example'] });
  const limits = Object.assign(new ConnectionConfig(), { maxStreams: 3, maxStreamsPerCaller: 3 });
  const endpoints = new WebSocketEndpoints(
    { httpAdapter: { getHttpServer: () => http } } as unknown as HttpAdapterHost,
    ...([authenticator, new StreamLimits(limits, server), watch, server] as const),
    Object.assign(new ContractConfig(), { disabled: ['exec'] }),
    pino<never>({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
  );
  const greet = (connection: WebSocketConnection): void => {
    connection.send({ type: 'greeting', subprotocol: connection.subprotocol });
    const onMessage = (message: unknown): void =>
      connection.send({ ...(message as object), ...requestContext.getStore() });
    connection.listen({ onMessage, onFault: () => undefined });
  };
  const open: FrameClient[] = [];
  let url = '';

  beforeAll(async () => {
    const admit = () => Promise.resolve(greet);
    const reading = { contract: 'sessions', permission: 'chat:read', admit } as const;
    endpoints.register({ ...reading, path: /^\/open$/, subprotocols: ['second', 'first'] });
    endpoints.register({ ...reading, path: /^\/write$/, permission: 'chat:write' });
    endpoints.register({ ...reading, path: /^\/off$/, contract: 'exec' });
    endpoints.register({ ...reading, path: /^\/refused$/, admit: () => Promise.reject(conflict('busy', 'Busy.')) });
    endpoints.register({ ...reading, path: /^\/broken$/, admit: () => Promise.reject(new Error('a secret fault')) });
    endpoints.register({ ...reading, path: /^\/slow$/, admit: () => sleep(200).then(() => greet) });
    endpoints.onApplicationBootstrap();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    open.splice(0).forEach((client) => client.close());
    await eventually('no stream is open', () => ends.size === 0);
  });
  afterAll(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  const connect = async (path: string, headers = {}, protocols: string[] = []): Promise<FrameClient> => {
    const client = await FrameClient.connect(url, path, { 'x-caller': 'ada', ...headers }, protocols);
    open.push(client);
    return client;
  };
  const refused = (path: string, headers = {}) => FrameClient.refused(url, path, { 'x-caller': 'ada', ...headers });

  it('are known by their path alone, whatever the query', () => {
    const takes = (address: string): boolean => endpoints.takesUpgrade({ url: address } as IncomingMessage);
    expect(['/open', '/open?a=/b', '/opened', '/', '/socket.io/'].map(takes)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('carry messages both ways, and agree on the first protocol that the client offers and the endpoint has', async () => {
    const client = await connect('/open', {}, ['none', 'first', 'second']);
    expect(await client.takeTo('greeting')).toEqual([{ type: 'greeting', subprotocol: 'first' }]);
    client.send({ type: 'echo' });
    client.send({ type: 'echo' });
    const [one, other] = [await client.takeTo('echo'), await client.takeTo('echo')].flat();
    // Each message is a request of its own, for the log and the audit log.
    expect([one, other]).toMatchObject([{ address: '127.0.0.1' }, { address: '127.0.0.1' }]);
    expect(one?.requestId).not.toBe(other?.requestId);
    const plain = await connect('/open');
    expect(await plain.takeTo('greeting')).toEqual([{ type: 'greeting', subprotocol: '' }]);
  });

  it.each([
    ['/open', { 'x-caller': 'eve' }, 401, 'unauthenticated'],
    ['/open', { origin: 'https://elsewhere.example' }, 403, 'origin_not_allowed'],
    ['/write', {}, 403, 'permission_denied'],
    ['/off', {}, 404, 'contract_disabled'],
    ['/refused', {}, 409, 'busy'],
    ['/broken', {}, 500, 'internal_error'],
  ])('refuse %s with %j by an answer of HTTP: %s %s', async (path, headers, status, code) => {
    expect(await refused(path, headers)).toEqual({ status, code });
  });

  it('log what nobody has foreseen, and say nothing of it', () => {
    expect(logged.filter((line) => line.includes('a secret fault'))).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });

  it('let in a page of CORS_ORIGINS', async () => {
    const client = await connect('/open', { origin: 'https://page.example' });
    expect(await client.takeTo('greeting')).toHaveLength(1);
  });

  it('are no more than streams may be, and count as long as they are open', async () => {
    const [first] = [await connect('/open'), await connect('/open'), await connect('/open')];
    expect(await refused('/open')).toEqual({ status: 429, code: 'too_many_streams' });
    first?.close();
    await eventually('there is room again', () => ends.size === 2);
    await connect('/open');
  });

  it('do not open for a client that has gone meanwhile', async () => {
    const leaving = new WebSocket(url.replace('http', 'ws') + '/slow', { headers: { 'x-caller': 'ada' } });
    leaving.on('error', () => undefined);
    await sleep(50);
    leaving.terminate();
    await sleep(250);
    await eventually('no stream is open', () => ends.size === 0);
  });

  it('end when their caller may call no more', async () => {
    const client = await connect('/open');
    for (const end of ends) end('signed_out');
    expect(await client.end()).toEqual({ code: 4401, reason: 'signed_out' });
  });

  it('end when the service stops, also those of clients that do not answer', async () => {
    const [awake, asleep] = [await connect('/open'), await connect('/open')];
    asleep.socket.pause();
    endpoints.beforeApplicationShutdown();
    expect(await awake.end()).toEqual({ code: 1001, reason: 'the service stops' });
    await eventually('both are gone', () => ends.size === 0);
  });
});
