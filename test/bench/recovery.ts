import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, print, rounded } from '../support/figures';
import { newDataRoot } from '../support/service';
import { AppServerClient, ThreadOptions } from './app-server-client';
import { numberOption } from './arguments';
import { BareSettings, defaultSettings, ourSettings, threadOptions } from './bare-app-server';
import { startModelProcess } from './model-process';
import { BenchedService, ChatViewer } from './relay';
import { judged } from './target';

const ROUNDS = 8;
const WARM_UP_TURNS = 3;
const RETRY_MS = 1;
const POOL_SIZES = [1, 3];

/** From `kill -9` of the app-server that has the thread, in milliseconds. */
interface Recovery {
  readonly firstDeltaMs: number;
  readonly endMs: number;
}

/** Something that answers, is killed, and answers again. */
interface Mortal {
  readonly name: string;
  /** What of it was killed, and how long the next turn of the same thread took from then on. */
  killAndAsk(): Promise<Recovery>;
  stop(): Promise<void>;
}

/**
 * How long a chat is without its agent when its app-server is killed; `--rounds 8`. Everything is started anew for each
 * kill: an instance that crashes again and again is started again later and later, on purpose.
 */
export async function recovery(): Promise<void> {
  const model = await startModelProcess();
  const home = newDataRoot();
  const rounds = numberOption('rounds', ROUNDS);
  try {
    const bare = [
      await defaultSettings(model.url, join(home, 'default')),
      await ourSettings(model.url, join(home, 'ours')),
    ];
    const starts = [
      ...bare.map((settings) => () => MortalAppServer.start(settings)),
      ...POOL_SIZES.map((poolSize) => () => MortalService.start(model.url, poolSize)),
    ];
    printRecoveries(await measure(starts, rounds));
  } finally {
    model.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(starts: readonly (() => Promise<Mortal>)[], rounds: number): Promise<Map<string, Recovery[]>> {
  const results = new Map<string, Recovery[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const start of starts) {
      const mortal = await start();
      try {
        const measured = await mortal.killAndAsk();
        results.set(mortal.name, [...(results.get(mortal.name) ?? []), measured]);
      } finally {
        await mortal.stop();
      }
    }
  }
  return results;
}

function printRecoveries(results: ReadonlyMap<string, readonly Recovery[]>): void {
  print('\nkill -9 of the app-server, until the next turn of the thread');
  const medians = [...results].map(([name, all]) => ({
    name,
    firstDelta: median(all.map(({ firstDeltaMs }) => firstDeltaMs)),
    end: median(all.map(({ endMs }) => endMs)),
    worst: Math.max(...all.map(({ endMs }) => endMs)),
  }));
  const [byDefault, tuned] = medians;
  for (const [index, { name, firstDelta, end, worst }] of medians.entries()) {
    print(
      `  ${name}\n      first delta ${rounded(firstDelta)} ms, end ${rounded(end)} ms (slowest ${rounded(worst)} ms)`,
    );
    if (index < 2 || byDefault === undefined || tuned === undefined) continue;
    for (const base of [byDefault, tuned]) {
      const ratios = [firstDelta / base.firstDelta, end / base.end].map((ratio) => judged(ratio, { atMost: 1.5 }));
      print(`      against ${base.name}: first delta ${ratios[0]}, end ${ratios[1]}`);
    }
  }
}

/** Killed, started again, its thread resumed, by a program that does nothing else. */
class MortalAppServer implements Mortal {
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
class MortalService implements Mortal {
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
