import type { Permission } from '../auth/permission';
import type { WebSocketEndpoint } from '../contracts/web-socket-endpoint';
import { anyObject, type DocumentedMessages, fields, text } from './documented-message';
import { type JsonSchema, type JsonSchemas, jsonSchemaOf, schemasFrom } from './json-schema';
import { CHAT_CALLS, CHAT_EVENTS, POOL_CALLS, POOL_EVENTS } from './socket-io-messages';
import { type DocumentedSocket, SOCKETS, UNKNOWN_SOCKET } from './web-socket-messages';

type Calls = readonly (readonly [name: string, permission: Permission | undefined])[];

/** What there is to describe. */
export interface Described {
  readonly version: string;
  readonly basePath: string;
  /** Of the OpenAPI document. */
  readonly schemas: JsonSchemas;
  /** The calls of the namespaces, as their handlers have them. */
  readonly chatCalls: Calls;
  /** Undefined where the contract is switched off. */
  readonly poolCalls: Calls | undefined;
  readonly endpoints: readonly Pick<WebSocketEndpoint, 'contract' | 'path' | 'permission' | 'subprotocols'>[];
}

interface Parts {
  readonly channels: Record<string, JsonSchema>;
  readonly operations: Record<string, JsonSchema>;
}

const DESCRIPTION = `What goes over Socket.IO and over WebSockets; the calls of HTTP are in \`/openapi.json\`.

**Socket.IO** (protocol 5, path \`/socket.io/\`): a call is \`emit(name, payload, acknowledgement)\`, acknowledged with \`{ok: true, ...}\` or
\`{ok: false, error: {code, detail}}\`; each operation is one event of Socket.IO, whose name is the \`name\` of its message. **WebSockets**: each message is
JSON in a text frame. Who calls is said as in HTTP, over Socket.IO in \`auth.token\`, too.`;

const ACKNOWLEDGEMENT = {
  name: 'acknowledgement',
  title: 'Acknowledgement of a call',
  payload: {
    oneOf: [
      fields({ ok: { const: true } }),
      fields({ ok: { const: false }, error: fields({ code: text, detail: text, 'queue?': anyObject }) }),
    ],
  },
};

/** The AsyncAPI 3 document of the service. */
export function asyncApi(described: Described): JsonSchema {
  const { version, basePath, poolCalls } = described;
  const chat = namespace('chat', described.chatCalls, CHAT_CALLS, CHAT_EVENTS);
  const pool = poolCalls === undefined ? [] : [namespace('codex', poolCalls, POOL_CALLS, POOL_EVENTS)];
  const parts = [chat, ...pool, ...described.endpoints.map(endpoint)];
  const schemas = schemasFrom(['ChatDto', 'EventDto', 'TokenUsage'], described.schemas);
  return {
    asyncapi: '3.0.0',
    info: {
      ...{ title: 'codex-relay', version, description: DESCRIPTION },
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      relay: {
        ...{ host: '{host}', protocol: 'wss', ...(basePath !== '' && { pathname: basePath }) },
        variables: { host: { default: 'localhost', description: 'Where the service is; `ws` without TLS.' } },
        security: [referenceToScheme('token')],
      },
    },
    channels: Object.assign({}, ...parts.map(({ channels }) => channels)) as object,
    operations: Object.assign({}, ...parts.map(({ operations }) => operations)) as object,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchemaOf(schema)])),
      messages: { acknowledgement: ACKNOWLEDGEMENT },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** A namespace of Socket.IO: its calls are acknowledged. */
function namespace(name: string, calls: Calls, known: DocumentedMessages, events: DocumentedMessages): Parts {
  const received = Object.fromEntries(
    calls.map(([call]) => [call, known[call] ?? { summary: 'A call.', payload: anyObject }]),
  );
  const permissions = new Map(calls);
  const socket = `socket.io.${name}`;
  const reply = { channel: channelReference(socket), messages: [messageReference(socket, 'acknowledgement')] };
  const operations = operationsOf(socket, received, events, (call) => {
    const permission = permissions.get(call);
    return { ...(permission && { description: needs(permission) }), reply };
  });
  return {
    channels: {
      [socket]: {
        address: '/socket.io/',
        title: `Socket.IO, namespace /${name}`,
        description: `Connect with a client of Socket.IO to the namespace \`/${name}\`.`,
        messages: {
          ...messagesOf({ ...received, ...events }),
          acknowledgement: { $ref: '#/components/messages/acknowledgement' },
        },
      },
    },
    operations,
  };
}

function endpoint({ contract, path, permission, subprotocols }: Described['endpoints'][number]): Parts {
  const socket: DocumentedSocket = SOCKETS[contract] ?? UNKNOWN_SOCKET;
  const { address, parameters } = addressOf(path);
  const name = `websocket.${keyOf(address.slice(1))}`;
  const offered = subprotocols === undefined ? '' : ` Sub-protocols: ${subprotocols.join(', ')}.`;
  return {
    channels: {
      [name]: {
        ...{ address, title: socket.summary, description: `${needs(permission)}${offered}` },
        ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters.map((one) => [one, {}])) }),
        messages: messagesOf({ ...socket.receives, ...socket.sends }),
        bindings: { ws: { method: 'GET', ...(socket.query && { query: socket.query }) } },
      },
    },
    operations: operationsOf(name, socket.receives, socket.sends, () => ({})),
  };
}

/**
 * From where the service is: it receives what clients send.
 *
 * @param more of what is received, by its name
 */
function operationsOf(
  channel: string,
  received: DocumentedMessages,
  sent: DocumentedMessages,
  more: (name: string) => JsonSchema,
): Record<string, JsonSchema> {
  const operations: Record<string, JsonSchema> = {};
  const add = (action: 'receive' | 'send', name: string, summary: string, further: JsonSchema): void => {
    const messages = [messageReference(channel, name)];
    operations[`${channel}.${keyOf(name)}`] = {
      action,
      channel: channelReference(channel),
      summary,
      messages,
      ...further,
    };
  };
  for (const [name, { summary }] of Object.entries(received)) add('receive', name, summary, more(name));
  for (const [name, { summary }] of Object.entries(sent)) add('send', name, summary, {});
  return operations;
}

const messagesOf = (messages: DocumentedMessages): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(messages).map(([name, { summary, payload }]) => [keyOf(name), { name, summary, payload }]),
  );

/** `/^\/api\/v1\/chats\/[^/]+\/stream$/` is `/api/v1/chats/{id}/stream`. */
function addressOf(path: RegExp): { address: string; parameters: string[] } {
  const plain = path.source.replace(/^\^|\$$|\(\?:\/\)\?\$?$/g, '').replaceAll('\\/', '/');
  const address = plain.replace(/\(?\[\^\/\]\+\)?/g, '{id}').replace(/[\\^$]|\(\?:\)/g, '');
  return { address, parameters: address.includes('{id}') ? ['id'] : [] };
}

/** Keys of AsyncAPI have letters, digits, dots, hyphens and underscores. */
const keyOf = (name: string): string => name.replace(/[^\w.-]+/g, '.').replace(/^\.|\.$/g, '');
const needs = (permission: Permission): string => `Needs the permission \`${permission}\`.`;
const channelReference = (channel: string): JsonSchema => ({ $ref: `#/channels/${channel}` });
const messageReference = (channel: string, name: string): JsonSchema => ({
  $ref: `#/channels/${channel}/messages/${keyOf(name)}`,
});
const referenceToScheme = (name: string): JsonSchema => ({ $ref: `#/components/securitySchemes/${name}` });
