import pino from 'pino';
import { Access } from '../../src/access/access';
import { LimitSettings } from '../../src/access/limits/limit-settings';
import { UsageLimits } from '../../src/access/limits/usage-limits';
import { AccountConfig } from '../../src/config/account.config';
import { Authors } from '../../src/access/authors';
import { AgentPolicies } from '../../src/chat/agent-policies';
import { ApprovalRules } from '../../src/chat/approvals/approval-rules';
import { ApprovalService } from '../../src/chat/approvals/approval.service';
import { ChatDirectory } from '../../src/chat/chat-directory';
import { ChatRemoval } from '../../src/chat/chat-removal';
import { ChatEntity } from '../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../src/chat/entities/message.entity';
import { TurnEntity } from '../../src/chat/entities/turn.entity';
import { EventFeed } from '../../src/chat/event-log/event-feed';
import { EventLog } from '../../src/chat/event-log/event-log';
import { MessageIntake } from '../../src/chat/message-intake';
import { TurnControl } from '../../src/chat/turn-control';
import type { AgentSurroundings } from '../../src/chat/turns/agent-surroundings';
import type { ChatTemplates } from '../../src/chat/turns/chat-templates';
import type { ChatMcpServers } from '../../src/chat/turns/chat-mcp-servers';
import { ChatThreads } from '../../src/chat/turns/chat-threads';
import { GatewayThreads } from '../../src/chat/turns/gateway-threads';
import { MessagePictures } from '../../src/chat/pictures/message-pictures';
import { ThreadHistory } from '../../src/chat/turns/thread-history';
import { TurnQueue } from '../../src/chat/turns/turn-queue';
import { TurnScheduler } from '../../src/chat/turns/turn-scheduler';
import { TurnServices } from '../../src/chat/turns/turn-services';
import { ChatStop } from '../../src/chat/chat-stop';
import { EditedContents } from '../../src/chat/edited-content';
import { QueueChanges } from '../../src/chat/queue-changes';
import { QueueReader } from '../../src/chat/queue-reader';
import { SendNow } from '../../src/chat/send-now';
import { WaitingMessages } from '../../src/chat/waiting-messages';
import { ChatConfig } from '../../src/config/chat.config';
import { PoolConfig } from '../../src/config/pool.config';
import { StorageConfig } from '../../src/config/storage.config';
import { UploadConfig } from '../../src/config/upload.config';
import { MessageFiles } from '../../src/chat/attachments/message-files';
import type { UploadedParts } from '../../src/chat/uploaded-parts';
import { VirusScan } from '../../src/storage/virus-scan';
import { ToolsConfig } from '../../src/config/tools.config';
import { AgentTools } from '../../src/tools/agent-tools';
import { TurnConfig } from '../../src/config/turn.config';
import type { Database } from '../../src/database/database';
import { insert } from '../../src/database/rows';
import type { BackendRegistry } from '../../src/gateway/catalog/backend-registry';
import { LearnedWindows } from '../../src/gateway/routing/learned-windows';
import { RefusedContent } from '../../src/gateway/routing/refused-content';
import { ThreadCalls } from '../../src/gateway/routing/thread-calls';
import { UpstreamFailures } from '../../src/gateway/routing/upstream-failures';
import { SessionRoutes } from '../../src/gateway/routing/session-routes';
import { DataDirectories } from '../../src/runtime/data-directories';
import { Blobs } from '../../src/storage/blobs';
import { DiskBlobStore } from '../../src/storage/disk-blob-store';
import { Spool } from '../../src/storage/spool';
import { FakeAgent } from './fake-agent';
import type { WorkspaceRecorder } from '../../src/chat/turns/workspace-recorder';
import { closeDatabase, GatedDatabase, openDatabase } from './open-database';
import { addChat } from './stored-chat';
import { newMessage, newTurn } from './stored-turn';
import { TemporaryFolder } from './temporary-folder';

/** The chats are on backends that the gateway does not know. */
const NO_BACKENDS = { resolve: () => undefined, find: () => undefined } as unknown as BackendRegistry;

/** Every backend is there, and nothing is known of its models. */
const ANY_BACKEND = {
  find: () => ({
    model: 'm',
    models: [],
    deployments: [],
    reasoningLevels: null,
    specOfOther: () => ({ reasoningLevels: null }),
  }),
} as unknown as BackendRegistry;

const NO_SERVERS: ChatMcpServers = {
  requireKnown: () => Promise.resolve(),
  connections: () => Promise.resolve([]),
  failureOf: () => undefined,
};

const NO_SURROUNDINGS: AgentSurroundings = {
  prepare: () => Promise.resolve({ instructions: null, variables: {}, warnings: [] }),
  told: () => Promise.resolve([]),
};

const NO_TEMPLATES: ChatTemplates = {
  choose: () => Promise.resolve(null),
  settingsOf: () => Promise.resolve({ instructions: [], sampling: {}, ceiling: {} }),
};

/** What turns do to workspaces is of no matter. */
const NO_RECORDER: WorkspaceRecorder = {
  beforeTurn: () => Promise.resolve(),
  afterTurn: () => undefined,
  remove: () => Promise.resolve(),
};

/** No message names an upload. */
const NO_UPLOADS = {
  resolved: (_user: unknown, _chatId: unknown, parts: unknown) => Promise.resolve(parts),
  fingerprintParts: (parts: readonly { text?: string }[]) => Promise.resolve(parts.map(({ text = '' }) => ({ text }))),
} as unknown as UploadedParts;

/** The chats of the service on a real database, with a fake agent instead of codex. */
export class ChatFixture {
  readonly logger = pino({ level: 'silent' });
  /** What the agent is asked for, and the types of the events that are published, in order. */
  readonly happened: string[] = [];
  readonly agent = new FakeAgent(this.happened);
  readonly feed = new EventFeed();
  readonly failures = new UpstreamFailures(this.logger);
  readonly calls = new ThreadCalls();
  readonly refused = new RefusedContent();
  private readonly windows = new LearnedWindows(NO_BACKENDS, this.logger);
  readonly log: EventLog;
  readonly store: DiskBlobStore;
  readonly blobs: Blobs;
  readonly pictures: MessagePictures;
  readonly approvals: ApprovalService;
  readonly threads: ChatThreads;
  readonly services: TurnServices;
  readonly tools: AgentTools;
  readonly queue: TurnQueue;
  /** Whether there is too little space on the disk. */
  readonly storage = { isLow: false };
  readonly directory: ChatDirectory;
  readonly scheduler: TurnScheduler;
  readonly limitSettings: LimitSettings;
  readonly limits: UsageLimits;
  private readonly folder = new TemporaryFolder();

  private constructor(
    readonly database: GatedDatabase,
    pool: PoolConfig,
  ) {
    const chat = new ChatConfig();
    this.log = new EventLog(database, this.feed);
    this.feed.subscribeAll(
      (events) => void this.happened.push(...events.map(({ type }) => type)),
      () => undefined,
    );
    this.approvals = new ApprovalService(chat, database, this.log, new ApprovalRules(database, this.log), this.logger);
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: this.folder.path }));
    const limits = new TurnConfig();
    const gateway = new GatewayThreads(
      new SessionRoutes(),
      this.failures,
      this.calls,
      this.refused,
      this.windows,
      NO_BACKENDS,
      limits,
    );
    this.store = new DiskBlobStore(directories.storage);
    this.blobs = new Blobs(database, this.store, new Spool(directories.storage));
    const scan = new VirusScan(new UploadConfig(), this.logger);
    const files = new MessageFiles(this.blobs, scan, new UploadConfig(), directories);
    this.pictures = new MessagePictures(this.blobs, files, new StorageConfig(), this.logger);
    const history = new ThreadHistory(database, this.pictures);
    this.threads = new ChatThreads(
      this.agent,
      gateway,
      directories,
      history,
      NO_SURROUNDINGS,
      NO_TEMPLATES,
      pool,
      NO_SERVERS,
      this.logger,
    );
    this.tools = new AgentTools(new ToolsConfig(), [], this.logger);
    const { threads, log, approvals, tools } = this;
    this.services = new TurnServices(pool, this.logger, threads, log, approvals, NO_RECORDER, tools);
    this.queue = new TurnQueue(pool, chat, this.agent, this.storage);
    this.directory = new ChatDirectory(database, new Access(database), new AgentPolicies(chat, pool));
    this.limitSettings = new LimitSettings(database, new AccountConfig());
    this.limits = new UsageLimits(database, this.limitSettings);
    this.scheduler = this.schedulerOn(database);
  }

  static async open(settings: Partial<PoolConfig> = {}): Promise<ChatFixture> {
    return new ChatFixture(await openDatabase(), Object.assign(new PoolConfig(), settings));
  }

  async close(): Promise<void> {
    await closeDatabase(this.database);
    this.folder.remove();
  }

  schedulerOn(database: Database): TurnScheduler {
    return new TurnScheduler(this.services, database, this.queue);
  }

  intakeOn(scheduler: TurnScheduler): MessageIntake {
    // Every chat's backend is configured.
    return new MessageIntake(
      this.database,
      ANY_BACKEND,
      this.directory,
      scheduler,
      this.pictures,
      NO_UPLOADS,
      new Authors(this.database),
      this.limits,
      new QueueReader(this.database, new Authors(this.database)),
    );
  }

  removalOn(scheduler: TurnScheduler, database: Database = this.database): ChatRemoval {
    return new ChatRemoval(database, scheduler, this.threads, this.log, this.feed, NO_RECORDER, this.logger);
  }

  controlOn(scheduler: TurnScheduler): TurnControl {
    const authors = new Authors(this.database);
    return new TurnControl(this.directory, scheduler, this.threads, this.log, this.pictures, NO_UPLOADS, authors);
  }

  queueOn(scheduler: TurnScheduler) {
    const authors = new Authors(this.database);
    const reader = new QueueReader(this.database, authors);
    const changes = new QueueChanges(this.database, scheduler, this.log, reader);
    const contents = new EditedContents(this.pictures, NO_UPLOADS);
    const waiting = new WaitingMessages(this.database, this.directory, authors, reader, changes, contents, ANY_BACKEND);
    const sending = new SendNow(changes, reader, scheduler, this.threads, this.pictures, authors);
    return { waiting, changes, sending, stop: new ChatStop(this.controlOn(scheduler), waiting, changes) };
  }

  waitingOn(scheduler: TurnScheduler): WaitingMessages {
    return this.queueOn(scheduler).waiting;
  }

  /** Stores an empty chat. */
  async addChat(userId?: string): Promise<ChatEntity> {
    return this.database.read.findOneByOrFail(ChatEntity, { id: await addChat(this.database, userId) });
  }

  /** Stores a turn of the chat with its message. */
  async addTurn({ id, userId }: ChatEntity, change: Partial<TurnEntity> = {}, text = 'hello') {
    const turn = newTurn(id, { userId, ...change });
    const message = newMessage(turn, 'user', text);
    await this.database.write(insert(TurnEntity, turn));
    await this.database.write(insert(MessageEntity, message));
    return { turn, message };
  }
}
