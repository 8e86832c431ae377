import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatClient, TurnEnd } from '../client/chat-client';
import type { Wish } from '../evidence/token';
import type { Random } from '../random';

/** Longest that a client waits for the end of a turn. */
const TURN_PATIENCE_MS = 120_000;

/** Clients that talk without a pause until so many messages were sent in all. */
export class Traffic {
  private sent = 0;
  private readonly onEnd: ((end: TurnEnd) => void)[] = [];
  readonly done: Promise<unknown>;

  /**
   * @param total messages of all clients together.
   * @param wish what a message asks for.
   * @param atOnce messages that a client sends at most before it waits for their turns.
   */
  constructor(
    clients: readonly ChatClient[],
    private total: number,
    private readonly wish: (random: Random) => Omit<Wish, 'token'>,
    random: Random,
    private readonly atOnce = 1,
  ) {
    this.done = Promise.all(clients.map((client) => this.talk(client, random.fork())));
  }

  /** Resolves when so many messages were sent. */
  async reached(count: number): Promise<void> {
    while (this.sent < Math.min(count, this.total)) await sleep(5);
  }

  /** Sends no more. */
  stop(): void {
    this.total = 0;
  }

  /** Calls back with every end that a client is told of. */
  listen(onEnd: (end: TurnEnd) => void): void {
    this.onEnd.push(onEnd);
  }

  private async talk(client: ChatClient, random: Random): Promise<void> {
    while (this.sent < this.total) {
      const turns: string[] = [];
      for (let left = random.between(1, this.atOnce); left > 0 && this.sent < this.total; left -= 1) {
        this.sent += 1;
        turns.push(await client.say(this.wish(random)));
      }
      for (const turnId of turns) {
        const end = await client.end(turnId, TURN_PATIENCE_MS);
        if (end !== undefined) this.onEnd.forEach((listener) => listener(end));
      }
    }
  }
}
