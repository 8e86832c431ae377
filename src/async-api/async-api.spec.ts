import Ajv from 'ajv';
import specs from '@asyncapi/specs';
import { PoolSocket } from '../compat/pool/pool.socket';
import { CallPermissions } from '../realtime/call-permissions';
import { ChatSocket } from '../realtime/chat.socket';
import { asyncApi, type Described } from './async-api';
import { CHAT_CALLS, POOL_CALLS } from './socket-io-messages';

const calls = { chat: new CallPermissions(ChatSocket).entries, pool: new CallPermissions(PoolSocket).entries };

const DESCRIBED: Described = {
  ...{ version: '1.2.3', basePath: '/relay', chatCalls: calls.chat, poolCalls: calls.pool },
  schemas: {
    EventDto: { oneOf: [{ $ref: '#/components/schemas/WarningEvent' }] },
    WarningEvent: { type: 'object', properties: { turnId: { type: 'string', nullable: true } } },
    TokenUsage: { type: 'object' },
    ChatDto: { type: 'object' },
    ProjectDto: { type: 'object' },
  },
  endpoints: [
    { contract: 'sessions', permission: 'chat:read', path: /^\/chat$/ },
    { contract: 'chat-sessions', permission: 'chat:read', path: /^\/api\/v1\/chats\/([^/]+)\/stream$/ },
    { contract: 'acp', permission: 'chat:write', path: /^\/acp$/, subprotocols: ['acp.v1'] },
    { contract: 'webhooks', permission: 'chat:read', path: /^\/other$/ },
  ],
};

interface Document {
  readonly channels: Record<
    string,
    { address: string; parameters?: object; messages: Record<string, { name: string }> }
  >;
  readonly operations: Record<string, { action: string; description?: string; reply?: object }>;
  readonly components: { schemas: object };
}

describe('the AsyncAPI document', () => {
  const document = asyncApi(DESCRIBED) as unknown as Document;

  it('is one of AsyncAPI 3, by its own schema', () => {
    const schema = specs.schemasWithoutId['3.0.0'] as object;
    const validate = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false }).compile(schema);
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refers to nothing that is not in it', () => {
    const missing = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].filter(([, path = '']) => {
      const steps = path.split('/');
      const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
      return found === undefined;
    });
    expect(missing.map(([, path]) => path)).toEqual([]);
    expect(Object.keys(document.components.schemas)).toEqual(['ChatDto', 'EventDto', 'TokenUsage', 'WarningEvent']);
  });

  it('has every call that the namespaces have, described, and none that they have not', () => {
    expect(Object.keys(CHAT_CALLS).sort()).toEqual(calls.chat.map(([name]) => name).sort());
    expect(Object.keys(POOL_CALLS).sort()).toEqual(calls.pool.map(([name]) => name).sort());
    const send = document.operations['socket.io.chat.message.send'];
    expect(send).toMatchObject({ action: 'receive', description: 'Needs the permission `chat:write`.' });
    expect(send?.reply).toBeDefined();
    expect(document.operations['socket.io.codex.agent.message.delta']).toMatchObject({ action: 'send' });
  });

  it('has the WebSockets that may be opened, each with its address', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses).toEqual(['/socket.io/', '/socket.io/', '/chat', '/api/v1/chats/{id}/stream', '/acp', '/other']);
    expect(document.channels['websocket.api.v1.chats.id.stream']?.parameters).toEqual({ id: {} });
    expect(document.channels['websocket.chat']?.messages.user_message?.name).toBe('user_message');
    const without = asyncApi({ ...DESCRIBED, poolCalls: undefined, endpoints: [] }) as unknown as Document;
    expect(Object.keys(without.channels)).toEqual(['socket.io.chat']);
  });
});
