import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatClient, TurnEnd } from '../client/chat-client';
import type { ReplyRequest } from '../evidence/token';
import type { Random } from '../seeded-random';
import type { ChaosWorld } from '../world';
import { act } from './client-actions';
import { amount } from './suite';

/** Longest that a client waits for the end of a turn; on a slow machine each start takes long. */
const TURN_PATIENCE_MS = amount('CHAOS_PATIENCE_SECONDS', 120) * 1_000;

export interface Habits {
  /** Messages of all clients together. */
  readonly total: number;
  /** What a message asks for. */
  readonly input: (random: Random) => Omit<ReplyRequest, 'token'>;
  /** Messages that a client sends at most before it waits for their turns; 1 by default. */
  readonly atOnce?: number;
  /** How often a client goes on in a new chat, from 0 to 1; never by default. */
  readonly fresh?: number;
  /** Whether clients do more than talk while their turns run; see `act`. */
  readonly acts?: boolean;
}

/** Clients that talk without a pause until so many messages were sent in all. */
export class Traffic {
  private sent = 0;
  private stopped = false;
  private readonly onEnd: ((end: TurnEnd) => void)[] = [];
  readonly done: Promise<unknown>;

  constructor(
    private readonly world: ChaosWorld,
    clients: readonly ChatClient[],
    private readonly habits: Habits,
  ) {
    this.done = Promise.all(clients.map((client) => this.talk(client, world.random.fork())));
  }

  /** Resolves when so many messages were sent. */
  async reached(count: number): Promise<void> {
    while (this.sent < Math.min(count, this.habits.total)) await sleep(5);
  }

  /** Sends no more. */
  stop(): void {
    this.stopped = true;
  }

  /** Calls back with every end that a client receives. */
  listen(onEnd: (end: TurnEnd) => void): void {
    this.onEnd.push(onEnd);
  }

  private get goesOn(): boolean {
    return !this.stopped && this.sent < this.habits.total;
  }

  private async talk(first: ChatClient, random: Random): Promise<void> {
    for (let client = first; this.goesOn;) {
      const isKept = await this.exchange(client, random);
      if (!isKept) client = await this.another(client);
      else if (random.chance(this.habits.fresh ?? 0)) {
        await client.retire();
        client = await this.another(client);
      }
    }
  }

  /** A new chat of the same person. */
  private async another({ user }: ChatClient): Promise<ChatClient> {
    return this.world.openClient(user);
  }

  /** Resolves with whether the chat is still there. */
  private async exchange(client: ChatClient, random: Random): Promise<boolean> {
    const turns: string[] = [];
    for (let left = random.between(1, this.habits.atOnce ?? 1); left > 0 && this.goesOn; left -= 1) {
      this.sent += 1;
      turns.push(await client.say(this.habits.input(random)));
    }
    if (this.habits.acts && (await act(client, random)) === 'deleted') return false;
    for (const turnId of turns) {
      const end = await client.end(turnId, TURN_PATIENCE_MS);
      if (end !== undefined) this.onEnd.forEach((listener) => listener(end));
    }
    return true;
  }
}
