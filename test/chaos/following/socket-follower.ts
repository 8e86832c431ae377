import { io, Socket } from 'socket.io-client';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { Acknowledgement } from '../../../src/realtime/acknowledgement';
import { tcpOf } from '../../support/tcp-of-socket';
import { Follower } from './follower';
import { ReceivedLog } from './received-log';

/** Follows a chat by Socket.IO, and leaves coming back to the reconnection of its library. */
export class SocketFollower implements Follower {
  readonly received = new ReceivedLog();
  readonly errors: string[] = [];
  private readonly socket: Socket;

  /** @param upgrading whether it starts by polling, as browsers do, and goes over to a WebSocket. */
  constructor(
    url: string,
    private readonly chatId: string,
    upgrading: boolean,
  ) {
    this.socket = io(`${url}/chat`, {
      auth: { token: '' },
      forceNew: true,
      transports: upgrading ? ['polling', 'websocket'] : ['websocket'],
      ...{ reconnectionDelay: 20, reconnectionDelayMax: 1_000, randomizationFactor: 1, timeout: 60_000 },
    });
    this.socket.on('connect', () => this.join());
    this.socket.on('event', (event: ChatEvent) => this.received.add(event));
  }

  cut(): boolean {
    const { engine } = this.socket.io;
    if (!this.socket.connected || engine.transport.name !== 'websocket') return false;
    tcpOf(this.socket).resetAndDestroy();
    return true;
  }

  stop(): void {
    this.socket.disconnect();
  }

  private join(): void {
    const call = { chatId: this.chatId, after: this.received.lastSeq };
    this.socket.emit('chat:join', call, (answer: Acknowledgement) => {
      if (!answer.ok) this.errors.push(`chat:join: ${JSON.stringify(answer.error)}`);
    });
  }
}
