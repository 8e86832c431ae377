import { OnModuleDestroy } from '@nestjs/common';
import { OnGatewayInit, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { Authorized } from '../../auth/authorized.decorator';
import type { AcceptedMessage } from '../../chat/message-intake';
import { ComponentLogger, Logger } from '../../common/logger';
import { parse } from '../../common/validation';
import { ContractConfig } from '../../config/contract.config';
import { contractDisabled } from '../../contracts/contract.guard';
import { type Acknowledgement, acknowledged } from '../../realtime/acknowledgement';
import { CallPermissions } from '../../realtime/call-permissions';
import { servedNamespace } from '../../realtime/served-namespace';
import type { SlowClients } from '../../realtime/slow-clients';
import { type AdmittedSocket, SocketAdmission } from '../../realtime/socket-admission';
import { SubscribeCall, ThreadCall, TurnStartCall } from './pool-calls';
import { PoolSubscriptions } from './pool-subscriptions';
import { ThreadConfigDto } from './pool-thread.dto';
import { PoolThreads } from './pool-threads';

/** The Socket.IO namespace `/codex`: the contract's calls, each acknowledged, and its events by their names. */
@WebSocketGateway({ namespace: '/codex' })
export class PoolSocket implements OnGatewayInit<Namespace>, OnModuleDestroy {
  private readonly logger: ComponentLogger;
  private readonly permissions = new CallPermissions(PoolSocket);
  private slowClients: SlowClients | undefined;

  constructor(
    private readonly admission: SocketAdmission,
    private readonly threads: PoolThreads,
    private readonly subscriptions: PoolSubscriptions,
    private readonly contracts: ContractConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'socket' });
  }

  afterInit(namespace: Namespace): void {
    const { admission, permissions, logger } = this;
    namespace.use((_socket: Socket, next) => next(this.refusal()));
    this.slowClients = servedNamespace(namespace, { admission, permissions, logger });
    namespace.on('connection', (socket: AdmittedSocket) => this.subscriptions.attach(socket));
  }

  onModuleDestroy(): void {
    this.slowClients?.stop();
  }

  @Authorized('chat:write')
  @SubscribeMessage('thread/start')
  startThread(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => ({
      thread: await this.threads.create(socket.data.user, await parse(ThreadConfigDto, call)),
    }));
  }

  /** Who starts a turn follows its thread from then on. */
  @Authorized('chat:write')
  @SubscribeMessage('turn/start')
  startTurn(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      const { threadId, ...config } = await parse(TurnStartCall, call);
      const start = (): Promise<AcceptedMessage> => this.threads.start(socket.data.user, threadId, config);
      const { turnId } = await this.subscriptions.followFrom(socket, threadId, start);
      return { turnId };
    });
  }

  @Authorized('chat:write')
  @SubscribeMessage('turn/interrupt')
  interrupt(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      const { threadId } = await parse(ThreadCall, call);
      return { turnId: await this.threads.interrupt(socket.data.user, threadId) };
    });
  }

  @Authorized('chat:read')
  @SubscribeMessage('thread/subscribe')
  subscribe(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      const { threadId, after } = await parse(SubscribeCall, call);
      const thread = await this.threads.view(socket.data.user, threadId);
      this.subscriptions.follow(socket, threadId, after ?? thread.lastSeq);
      return { thread };
    });
  }

  @Authorized('chat:read')
  @SubscribeMessage('thread/unsubscribe')
  unsubscribe(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      this.subscriptions.end(socket, (await parse(ThreadCall, call)).threadId);
    });
  }

  /** The client follows it no more. */
  @Authorized('chat:write')
  @SubscribeMessage('thread/release')
  release(socket: AdmittedSocket, call: unknown): Promise<Acknowledgement> {
    return acknowledged(this.logger, async () => {
      const { threadId } = await parse(ThreadCall, call);
      const released = await this.threads.release(socket.data.user, threadId);
      this.subscriptions.end(socket, threadId);
      return { released };
    });
  }

  /** As Socket.IO takes it to the client. */
  private refusal(): Error | undefined {
    if (!this.contracts.disabled.includes('pool')) return undefined;
    const { code, detail } = contractDisabled('pool');
    return Object.assign(new Error(detail), { data: { code, detail } });
  }
}
