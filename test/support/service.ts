import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DetailedHealthDto, InstanceHealthDto } from '../../src/observability/health.dto';
import { CODEX_UNDER_TEST } from './codex-under-test';
import { removeDataRoot } from './data-root';
import { eventually } from './eventually';
import { commandLineOf, killAll, processesOf } from './marked-processes';
import { DATABASE_UNDER_TEST } from './open-database';
import { createPostgresDatabase, dropPostgresDatabase } from './postgres';
import { RelayClient } from './relay-client';
import { REPOSITORY, ServiceExit, ServiceProcess } from './service-process';

/** Below the time that a hook of a suite gets, so that the suite is told why, and nothing is left running. */
const START_DEADLINE_MS = 60_000;

export interface ServiceOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Address of a model with the chat completions API, or several of the same model; it becomes the default backend, before
   * the demo model.
   */
  readonly modelUrl?: string | readonly string[];
  /** The bearer token with which its health is read, where callers must say who they are. */
  readonly operatorToken?: string;
  /** Called with the data root before the first start, to put files there; may return more of the environment. */
  readonly prepare?: (
    dataRoot: string,
  ) => Readonly<Record<string, string>> | void | Promise<Readonly<Record<string, string>> | void>;
}

/** A folder of its own below the repository: codex takes no helper binaries from /tmp. */
export function newDataRoot(): string {
  const folder = join(REPOSITORY, 'data', 'test');
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'run-'));
}

/** Puts the operator's file of model backends in place. */
export function writeBackends(dataRoot: string, yaml: string): void {
  mkdirSync(join(dataRoot, 'global_config'), { recursive: true });
  writeFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), yaml);
}

/** The built service on data of its own. */
export class RelayService {
  readonly dataRoot = newDataRoot();
  private process: ServiceProcess;
  private address = '';
  private earlierLog = '';
  private prepared: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly options: ServiceOptions,
    /** Address of its PostgreSQL database; undefined where it has a file. */
    readonly databaseUrl: string | undefined,
  ) {
    if (options.modelUrl !== undefined) writeBackends(this.dataRoot, scriptedBackends([options.modelUrl].flat()));
  }

  static async start(options: ServiceOptions = {}): Promise<RelayService> {
    const isOnPostgres = DATABASE_UNDER_TEST === 'postgres' && options.environment?.DATABASE_URL === undefined;
    const service = new RelayService(
      options,
      isOnPostgres ? await createPostgresDatabase({ isEmpty: true }) : undefined,
    );
    try {
      service.prepared = (await options.prepare?.(service.dataRoot)) ?? {};
      await service.launch();
      return service;
    } catch (error) {
      await service.dispose();
      throw error;
    }
  }

  get url(): string {
    return this.address;
  }

  get client(): RelayClient {
    return new RelayClient(this.address);
  }

  /** All that it has printed, over its restarts. */
  get log(): string {
    return `${this.earlierLog}${this.process.stdout}${this.process.stderr}`;
  }

  /** What it has logged as an error. */
  get errorLines(): string[] {
    return this.log.split('\n').filter((line) => /^\{"level":(?:50|60),/.test(line));
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Asks it to stop; resolves with how it ended. */
  stop(): Promise<ServiceExit> {
    return this.process.end('SIGTERM');
  }

  /** Sends a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** What a crash or the out-of-memory killer does. */
  kill(): Promise<ServiceExit> {
    return this.process.end('SIGKILL');
  }

  /** Starts it again on the same data, after its end. */
  async restart(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.earlierLog = this.log;
    await this.launch(environment);
  }

  async health(): Promise<DetailedHealthDto> {
    const { operatorToken } = this.options;
    const headers: Record<string, string> = operatorToken ? { authorization: `Bearer ${operatorToken}` } : {};
    return (await (await fetch(`${this.address}/health/detailed`, { headers })).json()) as DetailedHealthDto;
  }

  /** The app-server that runs the only running turn. */
  async busyInstance(): Promise<InstanceHealthDto & { pid: number }> {
    const busy = (await this.health()).instances.filter(({ turns }) => turns > 0);
    const [instance] = busy;
    if (busy.length !== 1 || !instance || instance.pid === null) throw new Error(`${busy.length} instances are busy`);
    return { ...instance, pid: instance.pid };
  }

  /** Ids of every process that the service has started on this data and that lives: app-servers, commands, helpers. */
  descendants(): number[] {
    return processesOf(this.dataRoot).filter((pid) => pid !== this.pid);
  }

  /** Ends it and removes its data. @throws Error when a process of it survives; that is ended here then. */
  async dispose(): Promise<void> {
    await this.kill();
    try {
      await eventually('no process of the service is left', () => this.descendants().length === 0);
    } catch (error) {
      throw new Error(`left: ${this.descendants().map(commandLineOf).join('; ')}`, { cause: error });
    } finally {
      killAll(this.descendants());
      removeDataRoot(this.dataRoot);
      if (this.databaseUrl !== undefined) await dropPostgresDatabase(this.databaseUrl);
    }
  }

  private async launch(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.process = new ServiceProcess(this.dataRoot, {
      ...{ CODEX_DATA_ROOT: this.dataRoot, PORT: '0', CODEX_POOL_SIZE: '2', DEMO_WORD_DELAY_MS: '0' },
      ...(CODEX_UNDER_TEST !== '' && { CODEX_BINARY_PATH: CODEX_UNDER_TEST }),
      ...{
        LOG_FORMAT: 'json',
        SHUTDOWN_GRACE_SECONDS: '1',
        ...(this.databaseUrl !== undefined && { DATABASE_URL: this.databaseUrl }),
        ...this.prepared,
        ...this.options.environment,
        ...environment,
      },
    });
    this.address = await this.process.address();
    const isReady = async (): Promise<boolean> => (await fetch(`${this.address}/health/ready`)).status === 200;
    await eventually('the service is ready', isReady, START_DEADLINE_MS).catch((error: unknown) => {
      throw new Error(`the service has not become ready; its log ends with ${this.log.slice(-2_000)}`, {
        cause: error,
      });
    });
  }
}

const scriptedBackends = (urls: readonly string[]): string =>
  [
    'backends:',
    `  - { id: scripted, type: openai-compatible, model: scripted-1, ${addresses(urls)} }`,
    '  - { id: demo, type: demo }',
    'default_backend: scripted',
    '',
  ].join('\n');

const addresses = ([url, ...others]: readonly string[]): string =>
  others.length === 0
    ? `base_url: '${url}'`
    : `deployments: [${[url, ...others].map((each) => `{ base_url: '${each}' }`).join(', ')}]`;
