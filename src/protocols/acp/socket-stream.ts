import { type AnyMessage, RequestError, type Stream } from '@agentclientprotocol/sdk';
import { DomainError } from '../../common/domain.error';
import type { WebSocketConnection } from '../../contracts/web-socket-connection';

/** Requests of one client that may be at work; each prompt is one until its turn is over. */
const MAX_AT_WORK = 64;

/** A client's messages as the protocol's library reads and writes them; a client that does not read is waited for. */
export function streamOf(connection: WebSocketConnection): Stream {
  const atWork = new Set<unknown>();
  const readable = new ReadableStream<AnyMessage>({
    start: (controller) => {
      connection.closed.addEventListener('abort', () => controller.close(), { once: true });
      connection.listen({
        onMessage: (message) => {
          if (connection.closed.aborted) return;
          if (!isMessage(message)) throw RequestError.invalidRequest();
          if (isRequest(message)) {
            if (atWork.size >= MAX_AT_WORK) return connection.send(errorOf(message.id, TOO_MANY));
            atWork.add(message.id);
          }
          controller.enqueue(message);
        },
        onFault: (fault) => connection.send(errorOf(null, faultOf(fault))),
      });
    },
  });
  const writable = new WritableStream<AnyMessage>({
    write: async (message) => {
      if (!('method' in message)) atWork.delete(message.id);
      connection.send(message);
      await connection.drained();
    },
    close: () => connection.close(),
    abort: () => connection.close(),
  });
  return { readable, writable };
}

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const TOO_MANY = new RequestError(INVALID_REQUEST, `At most ${MAX_AT_WORK} requests may be at work on one connection.`);

const isMessage = (message: unknown): message is AnyMessage =>
  typeof message === 'object' && message !== null && !Array.isArray(message);

const isRequest = (message: AnyMessage): message is Extract<AnyMessage, { method: string; id: unknown }> =>
  'method' in message && 'id' in message;

const errorOf = (id: unknown, { code, message, data }: RequestError) => ({
  ...{ jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } },
});

function faultOf(fault: unknown): RequestError {
  if (fault instanceof RequestError) return fault;
  if (!(fault instanceof DomainError)) return RequestError.internalError();
  return new RequestError(fault.code === 'malformed_json' ? PARSE_ERROR : INVALID_REQUEST, fault.detail, {
    code: fault.code,
  });
}
