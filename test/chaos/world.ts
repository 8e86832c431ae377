import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import type { DialectName } from '../support/open-database';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { check } from './check/check';
import { ofKind } from './check/of-kind';
import type { Violation } from './check/violation';
import { ChaosModel } from './chaos-model';
import { Caller } from './client/caller';
import { ChatClient } from './client/chat-client';
import { ChaosDatabase, databaseOfRun, openChaosDatabase } from './chaos-database';
import { leftOvers, readDatabase } from './evidence/database-rows';
import { readDisk } from './evidence/disk-record';
import type { ClientEntry, Evidence, ModelEntry } from './evidence/entries';
import { Journal } from './evidence/journal';
import { Random } from './seeded-random';
import { KnownIds } from './users/known-ids';
import { SignedInUsers, signInUsers, User, USERS } from './users/users';

/** Disks are small here, and are to get as full as they can: nothing is held back, and nobody is stopped before. */
const FULL_DISKS = { STORAGE_FLOOR_MB: '0', STORAGE_RESERVE_MB: '0' };

/** Logs are compacted while readers are away. */
const COMPACTED = { EVENT_COMPACTION_DELAY_SECONDS: '1' };

/** Longest that the service and its clients may take to come to rest after the last turn. */
const REST_MS = 20_000;
/** The line of the log that says so, with its chat. */
const UNRESTORED = /"chatId":"([0-9a-f-]+)","msg":"codex refused the history of a chat"/g;

export interface WorldOptions {
  readonly name: string;
  readonly seed: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** See ServiceOptions. */
  readonly prepare?: (dataRoot: string) => Readonly<Record<string, string>>;
  /** That of the run by default. */
  readonly database?: DialectName;
  /** Addresses that the model has; one by default. */
  readonly models?: number;
}

/** What came of a run. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** Why the service or a client did not come to rest; undefined when they did. */
  readonly unrest: string | undefined;
  readonly evidence: Evidence;
  /** Turns by the state they ended in, failures by their code. */
  readonly turns: Readonly<Record<string, number>>;
  /** Where the evidence lies; only kept when there are violations. */
  readonly folder: string;
}

/** The built service, its model and its clients, with everything written down that they do. */
export class ChaosWorld {
  readonly random: Random;
  readonly clients: ChatClient[] = [];
  private opened = 0;
  private isBroken = false;
  private wasChecked = false;
  private readonly clientJournal: Journal<ClientEntry>;
  private readonly modelJournal: Journal<ModelEntry>;
  private readonly known = new KnownIds();
  private readonly commandLog: string;
  models: ChaosModel[] = [];
  database: ChaosDatabase;
  private users: SignedInUsers;
  service: RelayService;

  private constructor(
    options: WorldOptions,
    readonly folder: string,
  ) {
    this.random = new Random(options.seed);
    this.clientJournal = new Journal(join(folder, 'clients.jsonl'));
    this.modelJournal = new Journal(join(folder, 'model.jsonl'));
    this.commandLog = join(folder, 'commands.log');
    writeFileSync(this.commandLog, '');
  }

  static async start(options: WorldOptions): Promise<ChaosWorld> {
    const folder = join(REPOSITORY, 'data', 'test', `chaos-${options.name}-${options.seed}`);
    mkdirSync(folder, { recursive: true });
    const world = new ChaosWorld(options, folder);
    try {
      await world.open(options);
      return world;
    } catch (error) {
      await world.dispose();
      throw error;
    }
  }

  private async open({ environment, prepare, models = 1, database = databaseOfRun() }: WorldOptions): Promise<void> {
    const commandOf = (token: string): string => `sleep 0.1; echo ${token} >> '${this.commandLog}'`;
    const start = (): Promise<ChaosModel> => ChaosModel.start({ journal: this.modelJournal, commandOf });
    this.models = await Promise.all(Array.from({ length: models }, start));
    this.database = await openChaosDatabase(database, () => join(this.service.dataRoot, 'db'));
    const users = (this.users = await signInUsers());
    this.service = await RelayService.start({
      modelUrl: this.models.map(({ url }) => url),
      environment: {
        LOG_LEVEL: 'warn',
        CODEX_POOL_SIZE: '3',
        ...COMPACTED,
        ...FULL_DISKS,
        ...this.database.environment,
        ...isolation(),
        ...environment,
      },
      operatorToken: users.operatorToken,
      prepare: (dataRoot) => users.environment(prepare?.(dataRoot) ?? {}),
    });
  }

  /** The model, where it has one address. */
  get model(): ChaosModel {
    const [model] = this.models;
    if (model === undefined) throw new Error('the world has no model');
    return model;
  }

  /** Opens chats, each with a client of its own; the users take turns. */
  async openClients(count: number): Promise<ChatClient[]> {
    return Promise.all(Array.from({ length: count }, () => this.openClient(USERS[this.opened % USERS.length])));
  }

  async openClient(user: User = USERS[0]): Promise<ChatClient> {
    const name = `client-${(this.opened += 1)}`;
    const { clientJournal: journal, known } = this;
    const caller = new Caller(user, this.users.keys[user], () => this.service.url, journal);
    const client = await ChatClient.open({ name, caller, journal, known, random: this.random.fork() });
    this.clients.push(client);
    return client;
  }

  /** `kill -9` of the service. */
  async kill(): Promise<void> {
    this.clientJournal.add({ kind: 'killed' });
    await this.service.kill();
  }

  /** Kills the service and starts it again, so that what it left to its next start is done. */
  async restart(): Promise<void> {
    await this.kill();
    await this.service.restart();
  }

  /** Waits until every client has seen the last event of its chat, and checks all that has happened so far. */
  async settle(): Promise<Outcome> {
    const unrest = await this.catchUp();
    const evidence = await this.evidence();
    const violations = check(evidence);
    this.wasChecked = true;
    this.isBroken ||= violations.length > 0 || unrest !== undefined;
    if (this.isBroken) await this.keepEvidence(violations);
    return { violations, unrest, evidence, turns: countTurns(evidence), folder: this.folder };
  }

  /** Ends everything; the evidence of violations stays, and that of a run that did not come so far. */
  async dispose(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await Promise.all(this.models.map((model) => model.stop()));
    await this.service?.dispose();
    await this.database?.dispose();
    this.users?.dispose();
    if (this.wasChecked && !this.isBroken) rmSync(this.folder, { recursive: true, force: true });
  }

  /** How often a message was refused so far, with this code or any. */
  refusals(code?: string): number {
    const refused = ofKind(this.clientJournal.read(), 'refused');
    return refused.filter((entry) => code === undefined || entry.code === code).length;
  }

  /** Why it is not at rest, for a person; undefined once it is. */
  private async catchUp(): Promise<string | undefined> {
    let unrest: string | undefined;
    // A world without rest is a finding, not a reason to have none.
    await eventually('rest', async () => (unrest = await this.unrest()) === undefined, REST_MS).catch(() => undefined);
    return unrest;
  }

  private async unrest(): Promise<string | undefined> {
    const { queuedTurns, instances } = await this.service.health();
    if (queuedTurns > 0) return `${queuedTurns} turns are queued`;
    const clients = this.clients.filter(({ isGone }) => !isGone);
    const chats = await Promise.all(clients.map((client) => client.chat()));
    const busy = chats.find(({ status }) => status !== 'idle');
    if (busy) return `chat ${busy.id} is ${busy.status}`;
    const running = instances.find(({ turns }) => turns > 0);
    if (running) return `${running.id} still runs ${running.turns} turns`;
    const behind = chats.find(({ lastSeq }, index) => !clients[index]?.hasSeen(lastSeq));
    if (behind) return `a client of chat ${behind.id} has not seen event ${behind.lastSeq}`;
    const [left] = await this.database.reading(leftOvers);
    return left && `something of the deleted chat ${left} is on disk`;
  }

  private async evidence(): Promise<Evidence> {
    return {
      ...{ clients: this.clientJournal.read(), model: this.modelJournal.read() },
      ...{ database: await this.database.reading(readDatabase), disk: readDisk(this.service.dataRoot) },
      unrestored: [...this.service.log.matchAll(UNRESTORED)].map(([, chatId = '']) => chatId),
      commands: readFileSync(this.commandLog, 'utf8').split('\n').filter(Boolean),
    };
  }

  private async keepEvidence(violations: readonly Violation[]): Promise<void> {
    writeFileSync(join(this.folder, 'violations.json'), JSON.stringify(violations, undefined, 1));
    writeFileSync(join(this.folder, 'service.log'), this.service.log);
    await this.database.keep(this.folder);
  }
}

/** `CHAOS_ISOLATION`: who shares a process, everybody by default. */
const isolation = (): Record<string, string> => {
  const { CHAOS_ISOLATION } = process.env;
  return CHAOS_ISOLATION === undefined ? {} : { CODEX_ISOLATION: CHAOS_ISOLATION };
};

function countTurns({ database }: Evidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, errorCode } of database.turns) {
    const key = errorCode === null ? status : `${status}: ${errorCode}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
