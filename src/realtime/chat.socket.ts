import { OnModuleDestroy } from '@nestjs/common';
import { OnGatewayInit, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Namespace } from 'socket.io';
import { Authorized } from '../auth/authorized.decorator';
import { ComponentLogger, Logger } from '../common/logger';
import { Acknowledgement, acknowledged } from './acknowledgement';
import { ChatCalls } from './chat-calls';
import { ListBroadcast } from './list-broadcast';
import { QueueCalls } from './queue-calls';
import { CallPermissions } from './call-permissions';
import { DirectSocketWrites } from './direct-writes';
import { RoomBroadcast } from './room-broadcast';
import { servedNamespace } from './served-namespace';
import type { SlowClients } from './slow-clients';
import { WatchedChats } from './watched-chats';
import { AdmittedSocket, SocketAdmission } from './socket-admission';

/** The Socket.IO namespace `/chat`. */
@WebSocketGateway({ namespace: '/chat' })
export class ChatSocket implements OnGatewayInit<Namespace>, OnModuleDestroy {
  private readonly logger: ComponentLogger;
  private readonly permissions = new CallPermissions(ChatSocket);
  private slowClients: SlowClients | undefined;

  constructor(
    private readonly admission: SocketAdmission,
    private readonly calls: ChatCalls,
    private readonly queue: QueueCalls,
    private readonly rooms: RoomBroadcast,
    private readonly directWrites: DirectSocketWrites,
    private readonly watched: WatchedChats,
    private readonly lists: ListBroadcast,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'socket' });
  }

  afterInit(namespace: Namespace): void {
    const { admission, permissions, logger } = this;
    this.slowClients = servedNamespace(namespace, { admission, permissions, logger });
    this.directWrites.attach(namespace);
    this.rooms.start(namespace);
    this.watched.attach(namespace);
    this.lists.start();
  }

  onModuleDestroy(): void {
    this.slowClients?.stop();
    this.lists.stop();
  }

  @Authorized('chat:read')
  @SubscribeMessage('chat:join')
  join(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      const { user } = socket.data;
      const { chat, after } = await this.calls.join(user, call);
      const start = (): Promise<number> => this.rooms.join(socket, chat, after);
      const undo = (): Promise<void> => this.rooms.leave(socket, chat.chatId);
      return { lastSeq: await this.watched.begin(user, chat.chatId, { start, undo }) };
    });
  }

  @Authorized('chat:read')
  @SubscribeMessage('chat:leave')
  leave(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => this.rooms.leave(socket, await this.calls.leave(call)));
  }

  @Authorized('chat:read')
  @SubscribeMessage('chats:watch')
  watchList(socket: AdmittedSocket): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => Promise.resolve(this.lists.watch(socket)));
  }

  @Authorized('chat:read')
  @SubscribeMessage('chats:unwatch')
  unwatchList(socket: AdmittedSocket): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => Promise.resolve(this.lists.unwatch(socket)));
  }

  @Authorized('chat:write')
  @SubscribeMessage('message:send')
  send(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.calls.send(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('turn:interrupt')
  interrupt(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.calls.interrupt(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('turn:steer')
  steer(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.calls.steer(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('approval:respond')
  respond(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.calls.respond(socket.data.user, call));
  }

  @Authorized('chat:read')
  @SubscribeMessage('queue:list')
  listQueue(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.list(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('queue:edit')
  editWaiting(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.edit(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('queue:remove')
  removeWaiting(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.remove(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('queue:order')
  reorder(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.reorder(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('queue:send-now')
  sendNow(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.sendNow(socket.data.user, call));
  }

  @Authorized('chat:write')
  @SubscribeMessage('queue:release')
  release(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, () => this.queue.release(socket.data.user, call));
  }
}
