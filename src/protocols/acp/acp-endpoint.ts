import { Injectable, OnModuleInit } from '@nestjs/common';
import type { Principal } from '../../auth/principal';
import type { WebSocketConnection } from '../../contracts/web-socket-connection';
import { WebSocketEndpoints } from '../../contracts/web-socket-endpoints';
import { AcpAgent } from './acp-agent';
import { AcpServices } from './acp-services';
import { AcpSessions } from './acp-sessions';
import { streamOf } from './socket-stream';

/** The Agent Client Protocol over WebSockets: a message a text frame. */
@Injectable()
export class AcpEndpoint implements OnModuleInit {
  constructor(
    private readonly endpoints: WebSocketEndpoints,
    private readonly services: AcpServices,
  ) {}

  onModuleInit(): void {
    this.endpoints.register({
      ...{ contract: 'acp', permission: 'chat:read', path: /^\/acp$/ },
      admit: ({ user }) => Promise.resolve((connection) => this.open(user, connection)),
    });
  }

  private open(user: Principal, connection: WebSocketConnection): void {
    const { services } = this;
    const sessions = new AcpSessions({ user, services, closed: connection.closed });
    const app = new AcpAgent(user, sessions, services).app;
    app.onConnect(({ client }) => sessions.attach(client)).connect(streamOf(connection));
  }
}
