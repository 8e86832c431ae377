import { RelayService } from '../support/service';
import type { BenchChat, Contender } from './contender';

/** The whole service: HTTP in, database, pool, gateway with translation to chat completions. */
export class Relay implements Contender {
  readonly name = 'codex-relay';

  private constructor(private readonly service: RelayService) {}

  static async start(modelUrl: string): Promise<Relay> {
    return new Relay(await RelayService.start({ modelUrl, environment: { LOG_LEVEL: 'warn' } }));
  }

  async newChat(): Promise<BenchChat> {
    const chat = await this.post<{ id: string }>('/api/v1/chats', {});
    const path = `/api/v1/chats/${chat.id}/messages?wait=true`;
    return {
      turn: async (content) => {
        const { turn } = await this.post<{ turn: { status: string } }>(path, { content });
        if (turn.status !== 'completed') throw new Error(`the turn ended ${JSON.stringify(turn)}`);
      },
    };
  }

  async stop(): Promise<void> {
    await this.service.dispose();
  }

  private async post<T>(path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
