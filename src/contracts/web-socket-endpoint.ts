import type { IncomingMessage } from 'node:http';
import type { Permission } from '../auth/permission';
import type { Principal } from '../auth/principal';
import type { ContractName } from '../config/contract.config';
import type { WebSocketConnection } from './web-socket-connection';

/** A WebSocket endpoint of a contract, beside Socket.IO. Registered with WebSocketEndpoints. */
export interface WebSocketEndpoint {
  readonly contract: ContractName;
  /** What callers need to open it. */
  readonly permission: Permission;
  /** Of the path alone, without its query. @example /^\/api\/v1\/chats\/[^/]+\/stream$/ */
  readonly path: RegExp;
  /** Sub-protocols that it speaks, of which the first that a client offers is chosen; left out: none is asked for. */
  readonly subprotocols?: readonly string[];
  /**
   * Called before the connection is opened: what it throws is the HTTP answer, with the problem document of the error. Messages
   * that come in meanwhile wait.
   *
   * @returns what takes the connection
   * @throws DomainError for whatever is wrong with the request, such as a chat that is not there
   */
  admit(request: WebSocketRequest): Promise<(connection: WebSocketConnection) => void>;
}

/** What a client has asked for, with who it is. */
export interface WebSocketRequest {
  readonly user: Principal;
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
}
