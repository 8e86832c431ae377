import Ajv from 'ajv';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOf, type OpenApiSchema } from '../support/openapi-check';
import { PINNED_CODEX } from '../support/pinned-codex';
import { PIXEL } from '../support/pixel';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: string[];
  readonly parameters?: { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: { $ref: string; example?: object }; example?: object }> };
  readonly responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}
type Schema = OpenApiSchema & { properties?: Record<string, Record<string, unknown>> };
type OpenApi = {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Schema> };
};

const pageOf = (name: string): string => readFileSync(join(REPOSITORY, 'docs', name), 'utf8');

describe('the documentation', () => {
  let service: RelayService;
  let client: RelayClient;
  let document: OpenApi;
  let operations: { name: string; operation: Operation }[];

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
    client = service.client;
    document = (await client.request<OpenApi>('GET', '/openapi.json')).body;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
  });
  afterAll(() => service?.dispose());

  it('is a valid OpenAPI document', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it('has a summary, a tag and an id of its own for every operation', () => {
    const lacking = operations.filter(({ operation }) => !operation.summary || !operation.tags?.length);
    expect(lacking.map(({ name }) => name)).toEqual([]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names the errors of every operation of the API, with their codes, as problem documents', () => {
    const api = operations.filter(({ name }) => name.includes('/api/v1/') && !name.endsWith('GET /api/v1/backends'));
    for (const { name, operation } of api) {
      const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      expect({ name, errors: errors.length }).not.toEqual({ name, errors: 0 });
      for (const [, { description, content }] of errors) {
        expect(description).toMatch(/`code`: [a-z_]+/);
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('names the errors of every operation of /v1 in the form of OpenAI, and says that an answer has status 200', () => {
    const gateway = operations.filter(({ name }) => name.includes(' /v1/'));
    expect(gateway.length).toBeGreaterThanOrEqual(9);
    for (const { name, operation } of gateway) {
      const { 401: refused, 201: created } = operation.responses;
      expect({ name, created }).toEqual({ name, created: undefined });
      expect(refused?.description).toMatch(/`error.code`: invalid_api_key/);
      expect(Object.keys(refused?.content ?? {})).toEqual(['application/json']);
    }
  });

  it('explains every error code of the API in the guide, and every one of /v1 in the page of the gateway', () => {
    const pages = { code: pageOf('guide.md'), 'error.code': pageOf('gateway.md') };
    const told = operations.flatMap(({ operation }) => Object.values(operation.responses));
    const named = told.flatMap(({ description = '' }) => {
      const [, field, codes = ''] = /^`(code|error\.code)`: (.*)$/.exec(description) ?? [];
      return field === undefined ? [] : codes.split(', ').map((code) => ({ field, code }));
    });
    expect(named.length).toBeGreaterThan(50);
    const unexplained = named.filter(({ field, code }) => !pages[field as keyof typeof pages].includes(`\`${code}\``));
    expect(unexplained).toEqual([]);
  });

  it('names the refusal of what cannot be stored for every operation that stores something', () => {
    const stores = (name: string): boolean =>
      / \/api\/v1\/(?:chats|approvals|admin\/gateway-keys|settings)\b/.test(name) &&
      !/^GET |\/(?:interrupt|steer|summary|terminals.*|workspace.*)$/.test(name);
    const storing = operations.filter(({ name }) => stores(name));
    expect(storing.length).toBeGreaterThanOrEqual(16);
    const silent = storing.filter(({ operation }) => {
      return !operation.responses[503]?.description?.includes('storage_unavailable');
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('names the refusal of other pages for every operation of the API that changes something', () => {
    const changing = operations.filter(({ name }) => /^(?!GET).* \/api\//.test(name));
    expect(changing.length).toBeGreaterThan(10);
    const silent = changing.filter(
      ({ operation }) => !operation.responses[403]?.description?.includes('origin_not_allowed'),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('names the refusal of a body that is not JSON for every operation of the API that takes one', () => {
    const taking = operations.filter(({ name, operation }) => name.includes(' /api/v1/') && operation.requestBody);
    expect(taking.length).toBeGreaterThanOrEqual(30);
    for (const { name, operation } of taking) {
      expect({ name, refused: operation.responses[415]?.description }).toMatchObject({
        refused: expect.stringContaining('unsupported_media_type') as string,
      });
    }
  });

  it('describes the fields of everything that is sent and answered', () => {
    const { schemas } = document.components;
    const empty = Object.entries(schemas).filter(
      ([, { oneOf, properties = {} }]) => oneOf === undefined && Object.keys(properties).length === 0,
    );
    expect(empty.map(([name]) => name)).toEqual([]);
    expect(Object.keys(schemas.Problem?.properties ?? {})).toEqual(expect.arrayContaining(['code', 'detail']));
    expect(schemas.TokenUsage?.properties).toHaveProperty('totalTokens');
  });

  it('has an AsyncAPI document of what goes over sockets, with the events as the OpenAPI document has them', async () => {
    type AsyncApi = {
      asyncapi: string;
      channels: Record<string, { address: string }>;
      components: OpenApi['components'];
    };
    const { status, body } = await client.request<AsyncApi>('GET', '/asyncapi.json');
    expect([status, body.asyncapi]).toEqual([200, '3.0.0']);
    expect(Object.keys(body.channels)).toEqual(expect.arrayContaining(['socket.io.chat', 'socket.io.codex']));
    expect(body.components.schemas.EventDto?.oneOf).toEqual(document.components.schemas.EventDto?.oneOf);
  });

  it('is the document of which the build made the types of the web client', () => {
    expect(JSON.parse(readFileSync(join(REPOSITORY, 'dist', 'openapi.json'), 'utf8'))).toEqual(document);
  });

  it('describes each event of a chat by its type, with all fields that it has and no other', async () => {
    const { id } = await client.createChat({ backend: 'demo' });
    for (const text of ['run: echo one; exit 3', 'plan: a trip', 'write: a.txt b', 'think: hard', 'fail: on purpose']) {
      await client.ask(id, text);
    }
    await client.ask(id, {
      content: [
        { type: 'text', text: 'look' },
        { type: 'image', url: PIXEL },
      ],
    });
    const record = await client.follow(id);
    await client.send(id, 'approve: echo allowed');
    const { data, turnId } = await record.first('approval.requested');
    await client.answer(data.approval.id, 'acceptWithExecpolicyAmendment');
    await record.turnEnd(turnId ?? '');
    await record.close();
    const rules = `/api/v1/chats/${id}/approval-rules`;
    const { body } = await client.request<{ data: { id: string }[] }>('GET', rules);
    await client.request('DELETE', `${rules}/${body.data[0]?.id}`);
    await client.request('PUT', `/api/v1/chats/${id}`, { title: 'by another name' });
    const events = await client.events(id);
    const { schemas } = document.components;
    const check = checkOf(schemas, { $ref: '#/components/schemas/EventDto' });
    expect(events.flatMap((event) => check(event, event.type))).toEqual([]);
    expect(check({ ...events[0], undocumented: true }, 'event')).toEqual(['event.undocumented is not in the schema']);
    const asyncApi = (await client.request<Pick<OpenApi, 'components'>>('GET', '/asyncapi.json')).body;
    const validator = new Ajv({ strict: false, discriminator: false }).addSchema({ $id: 'asyncapi', ...asyncApi });
    const isEvent = validator.getSchema('asyncapi#/components/schemas/EventDto');
    expect(events.filter((event) => isEvent?.(event) !== true).map(({ type }) => type)).toEqual([]);
    const documented = Object.keys(schemas.EventDto?.discriminator?.mapping ?? {});
    const missed = documented.filter((type) => !events.some((event) => event.type === type));
    // Codex and its provider have no cause for most of these here, and what a short command printed comes at its end.
    const rare = [
      'item.updated',
      'command.output',
      'warning',
      'context.omitted',
      'context.compacted',
      'log.truncated',
      ...['queue.changed', 'message.updated'],
      'workspace.changed',
      'mcp_server.updated',
      ...['snapshot.created', 'snapshot.skipped', 'workspace.restored'],
    ];
    expect(rare).toEqual(expect.arrayContaining(missed));
  });

  it('requires no parameter of a query but the words of a search and the thread of a history, because each has a default', () => {
    const required = operations.flatMap(({ name, operation: { parameters = [] } }) =>
      parameters.filter((one) => one.in === 'query' && one.required).map((one) => `${name} ${one.name}`),
    );
    expect(required.sort()).toEqual([
      ...['GET /api/v1/chats/{id}/workspace/search q', 'GET /api/v1/search q', 'GET /history thread_id'],
    ]);
  });

  it('covers every call of the contract', () => {
    const names = operations.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['POST /api/v1/chats', 'GET /api/v1/chats'],
        ...['GET /api/v1/chats/{id}', 'PUT /api/v1/chats/{id}', 'DELETE /api/v1/chats/{id}'],
        ...['POST /api/v1/chats/{id}/messages', 'GET /api/v1/chats/{id}/messages', 'GET /api/v1/chats/{id}/turns'],
        ...['GET /api/v1/chats/{id}/agent-actions', 'GET /api/v1/agent-actions/{id}', 'GET /api/v1/chats/{id}/events'],
        ...['POST /api/v1/chats/{id}/interrupt', 'POST /api/v1/chats/{id}/steer', 'GET /api/v1/backends'],
        'GET /api/v1/blobs/{id}',
        ...['GET /api/v1/chats/{id}/approvals', 'POST /api/v1/approvals/{id}', 'POST /v1/responses', 'GET /v1/models'],
        ...['GET /api/v1/admin/pool', 'PUT /api/v1/admin/pool', 'GET /api/v1/admin/pool/transitions'],
        ...['POST /api/v1/admin/instances/{id}/drain', 'POST /api/v1/admin/instances/{id}/restart'],
        ...['GET /api/v1/admin/sessions', 'GET /metrics'],
        ...['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /health/detailed', 'GET /status'],
      ]),
    );
  });

  it('has examples with which "Try it out" works on an empty database', async () => {
    const exampleOf = (name: string): object => {
      const { operation } = operations.find((entry) => entry.name === name) ?? {};
      return operation?.requestBody?.content['application/json']?.example ?? {};
    };
    for (const path of [
      ...['/api/v1/projects', '/api/v1/templates', '/api/v1/tokens', '/api/codex/threads'],
      ...['/sessions', '/chat', '/api/codex/run'],
    ]) {
      const made = await client.request('POST', path, exampleOf(`POST ${path}`));
      expect([path, [200, 201].includes(made.status)]).toEqual([path, true]);
    }
    const { schemas } = document.components;
    for (const { name, operation } of operations) {
      const body = operation.requestBody?.content['application/json'];
      if (body === undefined) continue;
      const example = body.example ?? body.schema.example;
      expect([name, checkOf(schemas, body.schema)(example, 'body')]).toEqual([name, []]);
    }
    const chat = await client.request<{ id: string }>('POST', '/api/v1/chats', exampleOf('POST /api/v1/chats'));
    expect(chat.status).toBe(201);
    const message = exampleOf('POST /api/v1/chats/{id}/messages');
    expect(message).toHaveProperty('content');
    const sent = await client.request('POST', `/api/v1/chats/${chat.body.id}/messages?wait=true`, message);
    expect(sent).toMatchObject({ status: 200, body: { turn: { status: 'completed' } } });
  });

  it.each([
    ['/', 'text/html'],
    ['/docs', 'text/html'],
    ['/redoc', 'text/html'],
    ['/redoc/redoc.standalone.js', 'javascript'],
    ['/openapi.json', 'application/json'],
  ])('answers at %s', async (path, type) => {
    const answer = await client.request<unknown>('GET', path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
  });

  it('and the page load nothing from elsewhere', async () => {
    for (const path of ['/', '/docs', '/redoc']) {
      const { body } = await client.request<string>('GET', path);
      expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
  });
});

describe('the state of the service', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' } });
  });
  afterAll(() => service?.dispose());

  it('is told at /health, /health/live, /health/ready and /health/detailed', async () => {
    for (const path of ['/health', '/health/live', '/health/ready']) {
      expect(await service.client.request('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
    const health = await service.health();
    expect(health).toMatchObject({ status: 'ok', queuedTurns: 0, instances: [{ state: 'ready', turns: 0 }] });
    expect(health.instances[0]?.pid).toBeGreaterThan(0);
    expect(health).toMatchObject({ codexVersion: PINNED_CODEX, codexTested: true, codexWarning: null });
  });

  it('is told of each workaround on the inside of other programs, in the log, too', async () => {
    const { workarounds } = await service.health();
    const names = ['mount_isolation', 'bwrap_wrapper', 'log_filter', 'direct_socket_writes', 'prepared_statements'];
    expect(workarounds.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { name, active } of workarounds)
      expect(service.log).toContain(`"${name}: ${active ? '' : 'not '}active`);
    if (process.platform === 'linux') expect(workarounds.filter(({ active }) => !active)).toEqual([]);
  });

  it('is told at /status in the words of earlier backends', async () => {
    expect((await service.client.request('GET', '/status')).body).toEqual({
      ...{ status: 'ok', codex_available: true, codex_version: PINNED_CODEX, api_key_configured: false },
      ...{ codex_tested: true, codex_warning: null, tools_left_out: 0 },
      runtime: { state: 'off', step: null, detail: null, python: null, since: expect.any(String) as string },
    });
  });

  it('is told as the list of backends', async () => {
    expect((await service.client.request('GET', '/api/v1/backends')).body).toMatchObject({
      ...{ data: [{ id: 'demo', type: 'demo', isDefault: true, ready: true }], nextCursor: null },
    });
  });

  it('shows an app-server that was killed and is back', async () => {
    process.kill((await service.health()).instances[0]?.pid ?? -1, 'SIGKILL');
    const { client } = service;
    const { id } = await client.createChat();
    expect((await client.ask(id, 'hello')).turn.status).toBe('completed');
    expect((await service.health()).instances).toMatchObject([{ state: 'ready', restarts: 1 }]);
  });
});
