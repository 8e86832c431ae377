import { io, Socket } from 'socket.io-client';
import type { MessageAcceptedDto } from '../../src/chat/dto/send-message.dto';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import type { Acknowledgement } from '../../src/realtime/acknowledgement';
import { EventRecord } from './event-record';
import { PATIENCE_MS } from './eventually';

/** A Socket.IO client in the namespace `/chat` that records the events it receives. */
export class SocketClient extends EventRecord {
  private constructor(readonly socket: Socket) {
    super();
    socket.on('event', (event: ChatEvent) => this.add(event));
  }

  /** @param userId whom it names, where the service has `ALLOW_USER_ID_OVERRIDE` @param token the caller's bearer token */
  static async connect(url: string, userId?: string, token = ''): Promise<SocketClient> {
    const query = userId === undefined ? {} : { user_id: userId };
    const socket = io(`${url}/chat`, { query, auth: { token }, transports: ['websocket'], reconnection: false });
    const client = new SocketClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return client;
  }

  /** Emits a call and resolves with its acknowledgement. */
  async call(name: string, payload: unknown): Promise<Acknowledgement> {
    return (await this.socket.timeout(PATIENCE_MS).emitWithAck(name, payload)) as Acknowledgement;
  }

  /** Enters the room of a chat; with `after`, what it has missed comes first. */
  async join(chatId: string, after?: number): Promise<void> {
    const answer = await this.call('chat:join', { chatId, ...(after === undefined ? {} : { after }) });
    if (!answer.ok) throw new Error(`chat:join: ${JSON.stringify(answer.error)}`);
  }

  /** Sends a message; resolves once it is stored. */
  async send(chatId: string, content: string, clientMessageId?: string): Promise<MessageAcceptedDto> {
    const answer = await this.call('message:send', { chatId, content, clientMessageId });
    if (!answer.ok) throw new Error(`message:send: ${JSON.stringify(answer.error)}`);
    const { messageId, turnId, waitsFor } = answer;
    return { messageId, turnId, waitsFor } as MessageAcceptedDto;
  }

  close(): void {
    this.socket.disconnect();
  }
}
