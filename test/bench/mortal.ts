import { setTimeout as sleep } from 'node:timers/promises';
import { AppServerClient, ThreadOptions } from './app-server-client';
import { BareSettings, threadOptions } from './bare-app-server';
import { ChatViewer } from './chat-viewer';
import { BenchedService } from './relay';

const WARM_UP_TURNS = 3;
const RETRY_MS = 1;

/** From `kill -9` of the app-server that has the thread, in milliseconds. */
export interface Recovery {
  readonly firstDeltaMs: number;
  readonly endMs: number;
}

/** Something that answers, is killed, and answers again. */
export interface Mortal {
  readonly name: string;
  /** What of it was killed, and how long the next turn of the same thread took from then on. */
  killAndAsk(): Promise<Recovery>;
  stop(): Promise<void>;
}

/** Killed, started again, its thread resumed, by a program that does nothing else. */
export class MortalAppServer implements Mortal {
  readonly name: string;

  private constructor(
    private client: AppServerClient,
    private readonly settings: BareSettings,
    private readonly thread: { readonly id: string; readonly options: ThreadOptions },
  ) {
    this.name = `${settings.name}, started again and resumed`;
  }

  static async start(settings: BareSettings): Promise<MortalAppServer> {
    const client = await AppServerClient.start(settings.launch);
    const options = await threadOptions(settings);
    const id = await client.startThread(options);
    for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) await client.turn(id, 'warm up');
    return new MortalAppServer(client, settings, { id, options });
  }

  async killAndAsk(): Promise<Recovery> {
    const { id, options } = this.thread;
    const killedAt = performance.now();
    await this.client.kill();
    this.client = await AppServerClient.start(this.settings.launch);
    await this.client.resumeThread(id, options);
    let firstDeltaAt = 0;
    await this.client.turn(id, 'hello', (method) => {
      if (method === 'item/agentMessage/delta') firstDeltaAt ||= performance.now();
    });
    return { firstDeltaMs: firstDeltaAt - killedAt, endMs: performance.now() - killedAt };
  }

  stop(): Promise<void> {
    return this.client.stop();
  }
}

/** The service, of which the app-server that has the chat's thread is killed; its client sends the next message at once. */
export class MortalService implements Mortal {
  readonly name: string;

  private constructor(
    private readonly service: BenchedService,
    private readonly chatId: string,
    private readonly viewer: ChatViewer,
    poolSize: number,
  ) {
    this.name = `codex-relay, pool of ${poolSize}`;
  }

  static async start(modelUrl: string, poolSize: number): Promise<MortalService> {
    const service = await BenchedService.start(modelUrl, { CODEX_POOL_SIZE: String(poolSize) });
    const { id } = await service.post<{ id: string }>('/api/v1/chats', {});
    const mortal = new MortalService(service, id, await ChatViewer.join(service.url, id), poolSize);
    for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) await mortal.turn();
    return mortal;
  }

  async killAndAsk(): Promise<Recovery> {
    const { instances } = await this.service.health();
    const pid = instances.find(({ threads }) => threads > 0)?.pid;
    if (typeof pid !== 'number') throw new Error('no app-server has the thread');
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    // A turn that was handed to the dying process ends as `instance_lost`; a person would send the message again.
    while ((await this.turn()) !== 'completed') await sleep(RETRY_MS);
    return { firstDeltaMs: this.viewer.firstDeltaAt - killedAt, endMs: performance.now() - killedAt };
  }

  async stop(): Promise<void> {
    this.viewer.socket.disconnect();
    await this.service.stop();
  }

  /** How it ended. */
  private async turn(): Promise<string> {
    const ended = this.viewer.nextEnd();
    await this.service.post(`/api/v1/chats/${this.chatId}/messages`, { content: 'hello' });
    return ended;
  }
}
