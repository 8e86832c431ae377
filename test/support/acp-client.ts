import {
  client,
  type ClientConnection,
  type ClientContext,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionNotification,
  type SessionUpdate,
  type Stream,
} from '@agentclientprotocol/sdk';
import { createWebSocketStream } from '@agentclientprotocol/sdk/experimental/ws-client';
import { WebSocket } from 'ws';
import { eventually } from './eventually';

const CLIENT = { protocolVersion: 1, clientInfo: { name: 'tester', version: '1' }, clientCapabilities: {} };
const CWD = '/home/ada/project';

type Answer = (request: RequestPermissionRequest, signal: AbortSignal) => Promise<RequestPermissionResponse>;

/** An editor that speaks the Agent Client Protocol, by its SDK. */
export class AcpTestClient {
  readonly told: SessionNotification[] = [];
  readonly asked: RequestPermissionRequest[] = [];
  /** Questions that were withdrawn. */
  withdrawn = 0;
  /** How the person at it decides. */
  onPermission: Answer = () => Promise.resolve({ outcome: { outcome: 'cancelled' } });
  readonly connection: ClientConnection;

  constructor(stream: Stream) {
    const app = client({ name: 'tester' })
      .onNotification('session/update', ({ params }) => void this.told.push(params))
      .onRequest('session/request_permission', ({ params, signal }) => {
        this.asked.push(params);
        signal.addEventListener('abort', () => (this.withdrawn += 1));
        return this.onPermission(params, signal);
      });
    this.connection = app.connect(stream);
  }

  static async open(url: string, token: string): Promise<AcpTestClient> {
    const headers = { authorization: `Bearer ${token}` };
    const options = { headers, WebSocket: WebSocket as never };
    const opened = new AcpTestClient(createWebSocketStream(`${url.replace(/^http/, 'ws')}/acp`, options));
    await opened.agent.request('initialize', CLIENT);
    return opened;
  }

  get agent(): ClientContext {
    return this.connection.agent;
  }

  close(): void {
    this.connection.close();
  }

  async newSession(): Promise<string> {
    return (await this.agent.request('session/new', { cwd: CWD, mcpServers: [] })).sessionId;
  }

  load(sessionId: string) {
    return this.agent.request('session/load', { sessionId, cwd: CWD, mcpServers: [] });
  }

  prompt(sessionId: string, text: string) {
    return this.agent.request('session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
  }

  updates(sessionId: string): SessionUpdate[] {
    return this.told.filter((each) => each.sessionId === sessionId).map(({ update }) => update);
  }

  of<K extends SessionUpdate['sessionUpdate']>(sessionId: string, kind: K) {
    return this.updates(sessionId).filter(
      (update): update is Extract<SessionUpdate, { sessionUpdate: K }> => update.sessionUpdate === kind,
    );
  }

  /** All that was said in pieces of this kind. */
  text(sessionId: string, kind: 'agent_message_chunk' | 'agent_thought_chunk' | 'user_message_chunk'): string {
    return this.of(sessionId, kind)
      .map(({ content }) => (content.type === 'text' ? content.text : ''))
      .join('');
  }

  /** The first question of the agent. */
  question(): Promise<RequestPermissionRequest> {
    return eventually('the agent asks', () => this.asked[0]);
  }
}
