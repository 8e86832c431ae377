import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';
import { ChaosDatabase, databaseOfRun, openChaosDatabase } from './chaos-database';
import { cutRepeatedly } from './following/cuts';
import { Follower, FollowerFactory } from './following/follower';
import { LogFaults, NO_FAULTS, sumOf } from './following/received-log';
import { SocketFollower } from './following/socket-follower';
import { SseFollower } from './following/sse-follower';
import { storedDigests } from './following/stored-events';
import { Random, seedFromEnvironment } from './seeded-random';

export interface ClientsOptions {
  /** Clients of each transport. */
  readonly clients: number;
  /** Broken connections of each client. */
  readonly reconnects: number;
  /** Chats that they are spread over. */
  readonly chats: number;
  /** How long the model streams into each chat. */
  readonly streamSeconds: number;
  /** Milliseconds between two words of the model. */
  readonly wordDelayMs: number;
  readonly seed: number;
}

export interface ClientsResult extends LogFaults {
  readonly transport: string;
  readonly reconnects: number;
  /** Events that all clients have received together. */
  readonly events: number;
  readonly errors: readonly string[];
  readonly seconds: number;
}

const TRANSPORTS: Readonly<Record<string, FollowerFactory>> = {
  // Every tenth starts by polling, as Socket.IO does unless it is configured otherwise.
  'Socket.IO': (url, chatId, index) => new SocketFollower(url, chatId, index % 10 === 0),
  SSE: (url, chatId) => new SseFollower(url, chatId),
};
/** Connections broken within this share of the stream all break in the middle of it. */
const CUT_SHARE = 0.85;
const CATCH_UP_MS = 60_000;
/** Clients that connect at once at the start. */
const ARRIVALS = 50;

const DEFAULTS: Omit<ClientsOptions, 'seed'> = {
  ...{ clients: 1_000, reconnects: 10, chats: 20, streamSeconds: 60, wordDelayMs: 100 },
};

/**
 * Clients that lose their connections while they follow chats of the built service, on the real codex: what each has
 * received in the end is compared with the database.
 */
export async function clients(options: Partial<ClientsOptions> = {}): Promise<ClientsResult[]> {
  const requested = { ...DEFAULTS, seed: options.seed ?? seedFromEnvironment(), ...options };
  const model = await startWordedModel();
  try {
    const database = await openChaosDatabase(databaseOfRun(), () => join(service.dataRoot, 'db'));
    const environment = {
      ...{ LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '2', EVENT_COMPACTION_DELAY_SECONDS: '1' },
      ...database.environment,
    };
    const service = await RelayService.start({ modelUrl: model.url, environment });
    try {
      const results: ClientsResult[] = [];
      for (const [name, factory] of Object.entries(TRANSPORTS))
        results.push(await run({ service, database }, name, factory, requested));
      return results;
    } finally {
      await service.dispose();
      await database.dispose();
    }
  } finally {
    await model.stop();
  }
}

interface Followed {
  readonly service: RelayService;
  readonly database: ChaosDatabase;
}

async function run(
  { service, database }: Followed,
  transport: string,
  factory: FollowerFactory,
  requested: ClientsOptions,
): Promise<ClientsResult> {
  const startedAt = performance.now();
  const chatIds = await newChats(service, requested.chats);
  const followers = new Map<Follower, string>();
  try {
    for (let index = 0; index < requested.clients; index += 1) {
      const chatId = chatIds[index % chatIds.length] ?? '';
      followers.set(factory(service.url, chatId, index), chatId);
      if (index % ARRIVALS === ARRIVALS - 1) await sleep(100);
    }
    await Promise.all([stream(service, chatIds, requested), cutAll([...followers.keys()], requested)]);
    const faults = await compare(database, followers);
    const all = [...followers.keys()];
    return {
      ...{ transport, ...faults, reconnects: requested.clients * requested.reconnects },
      events: all.reduce((sum, { received }) => sum + received.size, 0),
      errors: all.flatMap(({ errors }) => errors),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    for (const follower of followers.keys()) follower.stop();
  }
}

async function newChats({ client }: RelayService, count: number): Promise<string[]> {
  const chats = await Promise.all(Array.from({ length: count }, () => client.createChat()));
  return chats.map(({ id }) => id);
}

/** Two turns in each chat, the second queued behind the first, so that the logs hold the ends of turns, too. */
async function stream({ client }: RelayService, chatIds: readonly string[], requested: ClientsOptions): Promise<void> {
  const count = Math.round((requested.streamSeconds * 1_000) / requested.wordDelayMs / 2);
  const content = `say ${count} words every ${requested.wordDelayMs} ms`;
  await Promise.all(
    chatIds.map(async (chatId) => {
      const turns = await Promise.all([client.ask(chatId, content), client.ask(chatId, content)]);
      for (const { turn } of turns) if (turn.status !== 'completed') throw new Error(`a turn ended ${turn.status}`);
    }),
  );
}

async function cutAll(all: readonly Follower[], requested: ClientsOptions): Promise<void> {
  const random = new Random(requested.seed);
  const withinMs = requested.streamSeconds * 1_000 * CUT_SHARE;
  await Promise.all(all.map((follower) => cutRepeatedly(follower, requested.reconnects, withinMs, random.fork())));
}

async function compare(database: ChaosDatabase, followers: ReadonlyMap<Follower, string>): Promise<LogFaults> {
  const stored = new Map<string, Map<number, string>>();
  for (const chatId of new Set(followers.values())) {
    stored.set(chatId, await database.reading((rows) => storedDigests(rows, chatId)));
  }
  const eventsOf = (chatId: string): Map<number, string> => stored.get(chatId) ?? new Map<number, string>();
  const lastOf = (chatId: string): number => [...eventsOf(chatId).keys()].at(-1) ?? 0;
  const upToDate = (): boolean => [...followers].every(([{ received }, chatId]) => received.lastSeq === lastOf(chatId));
  // A client that does not get there shows in the figures.
  await eventually('every client is up to date', upToDate, CATCH_UP_MS).catch(() => undefined);
  return sumOf([...followers].map(([{ received }, chatId]) => received.compare(eventsOf(chatId))));
}

/** Whether no client has missed, repeated or mixed up anything. */
export const isFaultless = (result: ClientsResult): boolean =>
  result.errors.length === 0 && Object.keys(NO_FAULTS).every((name) => result[name as keyof LogFaults] === 0);

export function describe(result: ClientsResult, clientCount: number): string {
  const { transport, reconnects, events, seconds, errors } = result;
  const { gaps, repeats, reorderings, differing, missing } = result;
  return (
    `${transport}: ${clientCount} clients, ${reconnects} broken connections, ${events} events in ${seconds} s: ` +
    `${gaps} gaps, ${repeats} repeats, ${reorderings} reorderings, ${differing} differing, ${missing} missing, ` +
    `${errors.length} errors${errors.length > 0 ? ` (${errors[0]})` : ''}`
  );
}
