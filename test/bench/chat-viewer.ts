import { io, Socket } from 'socket.io-client';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';

/** A Socket.IO client in a chat's room. */
export class ChatViewer {
  /** When the last turn began to answer, on `performance.now()`. */
  firstDeltaAt = 0;
  private ended: (status: string) => void = () => undefined;

  private constructor(readonly socket: Socket) {
    socket.on('event', (event: ChatEvent) => this.see(event));
  }

  static async join(url: string, chatId: string): Promise<ChatViewer> {
    const socket = io(`${url}/chat`, { auth: { token: '' }, transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    const viewer = new ChatViewer(socket);
    const answer = (await socket.emitWithAck('chat:join', { chatId })) as { ok: boolean };
    if (!answer.ok) throw new Error(`chat:join was answered ${JSON.stringify(answer)}`);
    return viewer;
  }

  /** How the next turn that ends has ended. */
  nextEnd(): Promise<string> {
    this.firstDeltaAt = 0;
    return new Promise((resolve) => (this.ended = resolve));
  }

  private see(event: ChatEvent): void {
    if (event.type === 'message.delta') this.firstDeltaAt ||= performance.now();
    if (event.type === 'turn.completed') this.ended(event.data.status);
  }
}
