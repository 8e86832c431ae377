import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { check } from './check/check';
import { ofKind } from './check/of-kind';
import type { Violation } from './check/violation';
import { ChaosModel } from './chaos-model';
import { ChatClient } from './client/chat-client';
import { readDatabase } from './evidence/database-rows';
import type { ClientEntry, Evidence, ModelEntry } from './evidence/entries';
import { Journal } from './evidence/journal';
import { Random } from './seeded-random';

/** Longest that the service and its clients may take to come to rest after the last turn. */
const REST_MS = 20_000;

export interface WorldOptions {
  readonly name: string;
  readonly seed: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** See ServiceOptions. */
  readonly prepare?: (dataRoot: string) => Readonly<Record<string, string>>;
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
  private readonly clientJournal: Journal<ClientEntry>;
  private readonly modelJournal: Journal<ModelEntry>;
  model: ChaosModel;
  service: RelayService;

  private constructor(
    options: WorldOptions,
    readonly folder: string,
  ) {
    this.random = new Random(options.seed);
    this.clientJournal = new Journal(join(folder, 'clients.jsonl'));
    this.modelJournal = new Journal(join(folder, 'model.jsonl'));
  }

  static async start(options: WorldOptions): Promise<ChaosWorld> {
    const folder = join(REPOSITORY, 'data', 'test', `chaos-${options.name}-${options.seed}`);
    mkdirSync(folder, { recursive: true });
    const world = new ChaosWorld(options, folder);
    world.model = await ChaosModel.start(world.modelJournal);
    const environment = { LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '3', ...options.environment };
    try {
      const { prepare } = options;
      world.service = await RelayService.start({ modelUrl: world.model.url, environment, prepare });
      return world;
    } catch (error) {
      await world.model.stop();
      throw error;
    }
  }

  /** Opens chats, each with a client of its own. */
  async openClients(count: number): Promise<ChatClient[]> {
    const opened = await Promise.all(
      Array.from({ length: count }, () =>
        ChatClient.open({
          name: `client-${(this.opened += 1)}`,
          address: () => this.service.url,
          journal: this.clientJournal,
          random: this.random.fork(),
        }),
      ),
    );
    this.clients.push(...opened);
    return opened;
  }

  /** Waits until every client has seen the last event of its chat, and checks all that has happened so far. */
  async settle(): Promise<Outcome> {
    const unrest = await this.catchUp();
    const evidence = this.evidence();
    const violations = check(evidence);
    this.isBroken ||= violations.length > 0 || unrest !== undefined;
    if (this.isBroken) this.keepEvidence(violations);
    return { violations, unrest, evidence, turns: countTurns(evidence), folder: this.folder };
  }

  /** Ends everything; the evidence of violations stays. */
  async dispose(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.model.stop();
    await this.service.dispose();
    if (!this.isBroken) rmSync(this.folder, { recursive: true, force: true });
  }

  /** How often a message was refused so far, with this code or any. */
  refusals(code?: string): number {
    const refused = ofKind(this.clientJournal.read(), 'refused');
    return refused.filter((entry) => code === undefined || entry.code === code).length;
  }

  get databaseFolder(): string {
    return join(this.service.dataRoot, 'db');
  }

  /** Why it is not at rest, for a person; undefined once it is. */
  private async catchUp(): Promise<string | undefined> {
    let unrest: string | undefined;
    // A world without rest is a finding, not a reason to have none.
    await eventually('rest', async () => (unrest = await this.unrest()) === undefined, REST_MS).catch(() => undefined);
    return unrest;
  }

  private async unrest(): Promise<string | undefined> {
    const { queuedTurns } = await this.service.health();
    if (queuedTurns > 0) return `${queuedTurns} turns are queued`;
    const chats = await Promise.all(this.clients.map(({ chatId }) => this.service.client.chat(chatId)));
    const busy = chats.find(({ status }) => status !== 'idle');
    if (busy) return `chat ${busy.id} is ${busy.status}`;
    const behind = chats.find(({ lastSeq }, index) => !this.clients[index]?.hasSeen(lastSeq));
    return behind && `a client of chat ${behind.id} has not seen event ${behind.lastSeq}`;
  }

  private evidence(): Evidence {
    const database = readDatabase(this.databaseFolder);
    return { clients: this.clientJournal.read(), model: this.modelJournal.read(), database };
  }

  private keepEvidence(violations: readonly Violation[]): void {
    writeFileSync(join(this.folder, 'violations.json'), JSON.stringify(violations, undefined, 1));
    writeFileSync(join(this.folder, 'service.log'), this.service.log);
    cpSync(this.databaseFolder, join(this.folder, 'db'), { recursive: true });
  }
}

function countTurns({ database }: Evidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, errorCode } of database.turns) {
    const key = errorCode === null ? status : `${status}: ${errorCode}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
