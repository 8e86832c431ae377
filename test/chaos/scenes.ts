import type { ChatClient, TurnEnd } from './client/chat-client';
import type { ReplyRequest } from './evidence/token';

const PATIENCE_MS = 25_000;

/** Turns that clients have under way, one each. */
export class Turns {
  private constructor(private readonly turns: readonly { client: ChatClient; turnId: string }[]) {}

  /** Every client sends a message at the same moment. */
  static async begin(clients: readonly ChatClient[], requested: Omit<ReplyRequest, 'token'>): Promise<Turns> {
    return new Turns(
      await Promise.all(clients.map(async (client) => ({ client, turnId: await client.say(requested) }))),
    );
  }

  /** Resolves when every answer has begun to show. */
  async show(): Promise<this> {
    await Promise.all(this.turns.map(({ client, turnId }) => client.shows(turnId)));
    return this;
  }

  /** How they end, in the order of the clients. */
  async ends(): Promise<TurnEnd[]> {
    const ends = await Promise.all(this.turns.map(({ client, turnId }) => client.end(turnId, PATIENCE_MS)));
    return ends.filter((end) => end !== undefined);
  }

  /** Their states and codes, each once. */
  async outcomes(): Promise<string[]> {
    return [...new Set((await this.ends()).map(({ status, code }) => (code === null ? status : code)))].sort();
  }
}
