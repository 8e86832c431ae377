import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CAPABILITIES } from '../../src/app-server/process/app-server-process';
import { HISTORY_MODE } from '../../src/app-server/pool/thread-opener';
import { DEFAULT_USER } from '../../src/auth/principal';
import { Workarounds } from '../../src/common/workarounds';
import { ChatConfig } from '../../src/config/chat.config';
import { Environment } from '../../src/config/environment';
import { GatewayConfig } from '../../src/config/gateway.config';
import { PoolConfig } from '../../src/config/pool.config';
import { StorageConfig } from '../../src/config/storage.config';
import { SandboxConfig } from '../../src/config/sandbox.config';
import { WorkaroundConfig } from '../../src/config/workaround.config';
import { CodexBinary } from '../../src/runtime/codex-binary';
import { DataDirectories } from '../../src/runtime/data-directories';
import { SHARED } from '../../src/runtime/group-key';
import { LaunchWorkarounds } from '../../src/runtime/launch-workarounds';
import { ModelEndpoint } from '../../src/runtime/model-endpoint';
import { Runtime } from '../../src/runtime/runtime';
import { AppServerClient, BareLaunch, ThreadOptions } from './app-server-client';
import type { BenchChat, Contender, Processes } from './contender';
import pino from 'pino';

/** A way to start an app-server, and to open its threads. */
export interface BareSettings {
  readonly name: string;
  /** A folder for a new thread to work in. */
  readonly newWorkspace: () => string;
  readonly launch: BareLaunch;
  readonly thread: ThreadOptions;
}

export const DEFAULT_SETTINGS = 'bare app-server, default settings';
export const OUR_SETTINGS = 'bare app-server, our settings';

/** As one gets it: default settings and the environment of a shell. */
export async function defaultSettings(modelUrl: string, home: string): Promise<BareSettings> {
  await mkdir(home, { recursive: true });
  const env = { ...process.env, CODEX_HOME: home, BENCH_KEY: 'none' };
  return {
    name: DEFAULT_SETTINGS,
    newWorkspace: () => join(home, `workspace-${randomUUID()}`),
    launch: { file: new CodexBinary(new PoolConfig()).path, args: ['app-server', ...providerArgs(modelUrl)], env },
    thread: { model: 'scripted', approvalPolicy: 'never' },
  };
}

/** Arguments of codex that name the model as its provider. */
export function providerArgs(modelUrl: string): string[] {
  const provider = `{name="bench",base_url="${modelUrl}",wire_api="responses",env_key="BENCH_KEY"}`;
  return ['model_provider="bench"', `model_providers.bench=${provider}`].flatMap((setting) => ['-c', setting]);
}

/**
 * Exactly as this service starts it, its threads in folders laid out as here, but that the model is where the service's
 * gateway would be.
 */
export async function ourSettings(modelUrl: string, home: string): Promise<BareSettings> {
  const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: home }));
  const endpoint = new ModelEndpoint();
  endpoint.open(Number(new URL(modelUrl).port));
  const binary = new CodexBinary(new PoolConfig());
  const settings = { environment: new Environment(process.env), gateway: new GatewayConfig(), pool: new PoolConfig() };
  const workarounds = { ...settings, sandbox: new SandboxConfig(), workarounds: new WorkaroundConfig() };
  const launch = new LaunchWorkarounds(directories, binary, workarounds, new Workarounds(pino({ level: 'silent' })));
  const runtime = new Runtime(directories, binary, endpoint, settings, launch);
  await runtime.prepare();
  await runtime.writeCatalog([
    { slug: 'scripted', displayName: 'scripted', contextWindow: 128_000, inputModalities: ['text', 'image'] },
  ]);
  const { approvalPolicy, sandboxMode } = new ChatConfig();
  return {
    name: OUR_SETTINGS,
    newWorkspace: () => directories.workspaceOf(DEFAULT_USER.id, randomUUID()),
    launch: { ...runtime.launch('bench', randomUUID(), SHARED), capabilities: CAPABILITIES },
    thread: { model: 'scripted', approvalPolicy, sandbox: sandboxMode, historyMode: HISTORY_MODE },
  };
}

/** A `codex app-server` without anything around it. */
export class BareAppServer implements Contender {
  readonly name: string;

  private constructor(
    private readonly client: AppServerClient,
    private readonly settings: BareSettings,
  ) {
    this.name = settings.name;
  }

  static async start(settings: BareSettings): Promise<BareAppServer> {
    return new BareAppServer(await AppServerClient.start(settings.launch), settings);
  }

  get processes(): Processes {
    return { codex: [this.client.pid] };
  }

  async newChat(): Promise<BenchChat> {
    const threadId = await this.client.startThread(await threadOptions(this.settings));
    return { turn: (text) => this.client.turn(threadId, text) };
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }
}

/** Of a thread with a workspace of its own. */
export async function threadOptions({ newWorkspace, thread }: BareSettings): Promise<ThreadOptions> {
  const cwd = newWorkspace();
  await mkdir(cwd, { recursive: true });
  return { ...thread, cwd };
}
