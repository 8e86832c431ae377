import { ResponsesWS } from 'openai/resources/responses/ws';
import { Gauge, register } from 'prom-client';
import { WebSocket } from 'ws';
import { DEFAULT_USER } from '../../../src/auth/principal';
import { GatewayKeys } from '../../../src/gateway/accounts/gateway-keys';
import { ResponseExecutor } from '../../../src/gateway/responses-api/response-executor';
import { deltasReply, errorReply, textReply } from '../../support/scripted-reply';
import { eventually } from '../../support/eventually';
import { faultsIn } from '../../support/responses-schema';
import { faultsInStream, StreamEvent } from '../../support/responses-stream-check';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

const FINAL = /^response\.(completed|incomplete|failed)$/;

/** A connection that takes one turn after the other. */
class Connection {
  readonly messages: Json[] = [];
  private read = 0;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Json));
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Asks, and collects the events up to the last. */
  async turn(body: Json): Promise<Json[]> {
    this.send({ type: 'response.create', model: 'scripted', input: 'hi', ...body });
    return this.answer();
  }

  async answer(): Promise<Json[]> {
    const isLast = ({ type }: Json): boolean => type === 'error' || FINAL.test(String(type));
    await eventually('the turn has ended', () => this.messages.slice(this.read).some(isLast));
    const end = this.messages.findIndex((message, index) => index >= this.read && isLast(message)) + 1;
    const events = this.messages.slice(this.read, end);
    this.read = end;
    if (events.at(-1)?.type === 'error') expect(faultsIn('webSocketError', events.at(-1))).toEqual([]);
    else expect(faultsInStream(events as StreamEvent[])).toEqual([]);
    return events;
  }
}

describe('the WebSocket mode of the Responses API', () => {
  let api: ResponsesFixture;
  const open: WebSocket[] = [];

  beforeAll(async () => {
    api = await ResponsesFixture.start();
  });
  afterAll(async () => {
    for (const socket of open) socket.terminate();
    await api?.stop();
  });

  async function connect(headers: Record<string, string> = {}): Promise<Connection> {
    const address = `${api.gateway.baseUrl.replace('http', 'ws')}/responses`;
    const socket = new WebSocket(address, { headers: { authorization: 'Bearer any', ...headers } });
    open.push(socket);
    const connection = new Connection(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return connection;
  }
  const idOf = (events: readonly Json[]): string => (events.at(-1)?.response as { id: string }).id;
  const NOT_FOUND = { type: 'error', status: 400, error: { code: 'previous_response_not_found' } };

  it('serves the official client', async () => {
    api.model.play(deltasReply(3));
    const socket = new ResponsesWS(api.client());
    const events: StreamEvent[] = [];
    socket.on('event', (event) => events.push(event as unknown as StreamEvent));
    socket.send({ type: 'response.create', model: 'scripted', input: 'hi' });
    await eventually('the response is completed', () => events.at(-1)?.type === 'response.completed');
    expect(faultsInStream(events)).toEqual([]);
    socket.close();
  });

  it('answers one request after the other, also when they come at once', async () => {
    const connection = await connect();
    api.model.play(({ lastUserText }) => textReply(`to ${lastUserText}`, { firstDelayMs: 30 }));
    for (const input of ['a', 'b', 'c']) connection.send({ type: 'response.create', model: 'scripted', input });
    for (const input of ['a', 'b', 'c']) {
      expect((await connection.answer()).at(-1)).toMatchObject({
        response: { output: [{ content: [{ text: `to ${input}` }] }] },
      });
    }
  });

  it.each(['scripted', 'native'])('continues what is not stored, on the same connection only (%s)', async (model) => {
    const connection = await connect();
    api.model.play(model === 'native' ? ({ index }) => textReply(`n${index}`) : textReply('OK'));
    const [first] = [
      idOf(model === 'native' ? await rawTurn(connection, model) : await connection.turn({ store: false })),
    ];
    const next = { store: false, previous_response_id: first, model, input: 'more' };
    connection.send({ type: 'response.create', ...next });
    await eventually(
      'it is continued',
      () => connection.messages.at(-1)?.type === 'response.completed' && api.model.requests.length === 2,
    );
    expect(api.model.requests[1]?.messages).toHaveLength(3);
    const other = await connect();
    expect((await other.turn(next)).at(-1)).toMatchObject(NOT_FOUND);
    expect((await other.turn({ store: false })).at(-1)).toMatchObject({ type: 'response.completed' });
  });

  async function rawTurn(connection: Connection, model: string): Promise<Json[]> {
    connection.send({ type: 'response.create', model, input: 'hi', store: false });
    await eventually('the turn has ended', () => connection.messages.at(-1)?.type === 'response.completed');
    return connection.messages;
  }

  it('continues what is stored on any connection', async () => {
    api.model.play(textReply('OK'));
    const first = idOf(await (await connect()).turn({}));
    const events = await (await connect()).turn({ previous_response_id: first, input: 'more' });
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { previous_response_id: first } });
  });

  it('forgets what a failed request would have continued', async () => {
    const connection = await connect();
    api.model.play(textReply('OK'));
    const first = idOf(await connection.turn({ store: false }));
    const output = [{ type: 'function_call_output', call_id: 'call_missing', output: 'x' }];
    const failed = await connection.turn({ store: false, previous_response_id: first, input: output });
    expect(failed.at(-1)).toMatchObject({ type: 'error', status: 400, error: { param: 'input' } });
    expect((await connection.turn({ store: false, previous_response_id: first })).at(-1)).toMatchObject(NOT_FOUND);
  });

  it('prepares a conversation without asking the model', async () => {
    const connection = await connect();
    api.model.play(textReply('OK'));
    const warm = await connection.turn({ store: false, generate: false, input: 'remember' });
    expect(warm.at(-1)).toMatchObject({ type: 'response.completed', response: { output: [] } });
    expect(api.model.requests).toHaveLength(0);
    await connection.turn({ store: false, previous_response_id: idOf(warm), input: 'now' });
    expect(api.model.requests[0]?.messages).toEqual([{ role: 'user', content: 'remember\n\nnow' }]);
  });

  it('has no call in flight after a preparation, nor after one that fails at once', async () => {
    const calls = register.getSingleMetric('codex_relay_gateway_calls_in_flight') as Gauge;
    const inFlight = async (): Promise<number> => (await calls.get()).values.reduce((sum, { value }) => sum + value, 0);
    const before = await inFlight();
    const connection = await connect();
    for (let n = 0; n < 3; n++) await connection.turn({ store: false, generate: false, input: 'remember' });
    const executor = api.gateway.app.get(ResponseExecutor);
    const failing = [jest.spyOn(executor, 'stream'), jest.spyOn(executor, 'complete')];
    for (const method of failing) method.mockRejectedValue(new Error('cannot be made'));
    expect((await connection.turn({})).at(-1)).toMatchObject({ type: 'error', status: 502 });
    expect((await api.request('POST', '/responses', { model: 'scripted', input: 'hi' })).status).toBe(502);
    for (const method of failing) method.mockRestore();
    expect(await inFlight()).toBe(before);
  });

  it('repeats the lane that a client names in each event', async () => {
    api.model.play(textReply('OK'));
    const events = await (await connect()).turn({ stream_id: 'left' });
    expect(new Set(events.map(({ stream_id }) => stream_id))).toEqual(new Set(['left']));
  });

  it('sends failures before the first event as errors, later ones as response.failed', async () => {
    const connection = await connect();
    api.model.play(errorReply(429, 'slow down', { headers: { 'retry-after': '7' } }));
    expect((await connection.turn({})).at(-1)).toMatchObject({
      ...{ type: 'error', status: 429 },
      error: { code: 'rate_limit_exceeded', type: 'rate_limit_error', headers: { 'retry-after': '7' } },
    });
    expect((await connection.turn({ model: 'nothing' })).at(-1)).toMatchObject({
      status: 404,
      error: { code: 'model_not_found' },
    });
    api.model.play(deltasReply(6, { fault: { kind: 'abort', afterFrames: 4 } }));
    expect((await connection.turn({})).at(-1)).toMatchObject({ type: 'response.failed' });
  });

  it.each([
    ['no JSON', '{"type": "response.create", '],
    ['no object', '[1]'],
    ['another type', { type: 'response.cancel' }],
    ['stream', { type: 'response.create', model: 'scripted', input: 'hi', stream: true }],
    ['background', { type: 'response.create', model: 'scripted', input: 'hi', background: false }],
    ['no input', { type: 'response.create', model: 'scripted' }],
  ])('refuses %s and goes on', async (_, message) => {
    const connection = await connect();
    connection.send(message);
    expect((await connection.answer()).at(-1)).toMatchObject({ type: 'error', status: 400 });
    api.model.play(textReply('OK'));
    expect((await connection.turn({})).at(-1)).toMatchObject({ type: 'response.completed' });
  });

  it('bounds what may wait', async () => {
    const connection = await connect();
    api.model.play(textReply('OK', { firstDelayMs: 200 }));
    for (let n = 0; n < 25; n++)
      connection.send({ type: 'response.create', model: 'scripted', input: 'hi', store: false });
    await eventually('one is refused', () => connection.messages.some(({ type }) => type === 'error'));
    expect(connection.messages.find(({ type }) => type === 'error')).toMatchObject({
      error: { code: 'websocket_queue_full' },
    });
    connection.socket.terminate();
  });

  it('leaves the provider when the client leaves', async () => {
    const connection = await connect();
    api.model.play(deltasReply(500, { delayMs: 20 }));
    connection.send({ type: 'response.create', model: 'scripted', input: 'hi' });
    await eventually('it has begun', () => connection.messages.length > 3);
    const left = performance.now();
    connection.socket.close();
    await eventually('the provider is left', () => api.model.requests[0]?.abandonedAt !== undefined);
    expect(api.model.requests[0]?.abandonedAt).toBeLessThan(left + 5_000);
  });

  it.each<[string, Record<string, string>]>([
    ['a key of ours that does not exist', { authorization: 'Bearer crk-wrong' }],
    ["another page's origin", { origin: 'https://evil.example' }],
  ])('lets nobody in with %s', async (_, headers) => {
    await expect(connect(headers)).rejects.toThrow('401');
  });

  it('counts its requests, and not its opening, against the limit of a key', async () => {
    const settings = { name: 'once', models: null, tokensPerMinute: null, budgetMicros: null, enabled: true };
    const { secret } = await api.gateway.app.get(GatewayKeys).create(DEFAULT_USER.id, {
      ...{ ...settings, requestsPerMinute: 1, budgetPeriod: 'total', expiresAt: null },
    });
    api.model.play(textReply('OK'));
    const connection = await connect({ authorization: `Bearer ${secret}` });
    expect((await connection.turn({})).at(-1)).toMatchObject({ type: 'response.completed' });
    expect((await connection.turn({})).at(-1)).toMatchObject({ type: 'error', status: 429 });
  });

  it('refuses a frame that is too large, and survives it', async () => {
    const connection = await connect();
    const closed = new Promise<number>((resolve) => connection.socket.once('close', resolve));
    connection.socket.on('error', () => undefined);
    connection.send('x'.repeat(65 * 1024 * 1024));
    expect(await closed).toBe(1009);
    api.model.play(textReply('OK'));
    expect((await (await connect()).turn({})).at(-1)).toMatchObject({ type: 'response.completed' });
  });
});
