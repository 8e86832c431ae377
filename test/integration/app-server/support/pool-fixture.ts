import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { AppServerPool, LeaseRequest, Tenant, ThreadSpec } from '../../../../src/app-server/pool/pool';
import { POOL_LIMITS, PoolLimits } from '../../../../src/app-server/pool/pool-limits';
import { ThreadLease, ThreadSignal } from '../../../../src/app-server/pool/thread-lease';
import { ProcessLauncher } from '../../../../src/app-server/process/process-launcher';
import { Workarounds } from '../../../../src/common/workarounds';
import { Environment } from '../../../../src/config/environment';
import { GatewayConfig } from '../../../../src/config/gateway.config';
import { PoolConfig } from '../../../../src/config/pool.config';
import { SandboxConfig } from '../../../../src/config/sandbox.config';
import { StorageConfig } from '../../../../src/config/storage.config';
import { WorkaroundConfig } from '../../../../src/config/workaround.config';
import { CodexBinary } from '../../../../src/runtime/codex-binary';
import { DataDirectories } from '../../../../src/runtime/data-directories';
import { LaunchWorkarounds } from '../../../../src/runtime/launch-workarounds';
import { ModelEndpoint } from '../../../../src/runtime/model-endpoint';
import { Runtime } from '../../../../src/runtime/runtime';
import { CODEX_UNDER_TEST } from '../../../support/codex-under-test';
import { removeDataRoot } from '../../../support/data-root';
import { ScriptedResponses } from '../../../support/responses-server';

export const silent = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

const DEFAULTS = { size: 2, requestTimeoutSeconds: 10, binaryPath: CODEX_UNDER_TEST };

/** Not under /tmp: codex makes no helper programs there, and its sandbox lets the agent write there. */
const SCRATCH = resolve(__dirname, '../../../../.cache/test');

/** A data root that is not there yet. */
export const scratchRoot = (): string => join(SCRATCH, randomUUID());

export interface PoolOptions {
  readonly config?: Partial<PoolConfig>;
  readonly limits?: Partial<PoolLimits>;
  readonly environment?: Record<string, string>;
  readonly sandbox?: Partial<SandboxConfig>;
  readonly workarounds?: Partial<WorkaroundConfig>;
  /** Data root of an earlier fixture. */
  readonly root?: string;
}

/** A pool of real app-servers with a scripted model and a data root of its own. */
export class PoolFixture {
  readonly endpoint = new ModelEndpoint();
  readonly pool: AppServerPool;
  readonly config: PoolConfig;
  readonly environmentFile: string;
  readonly workarounds = new Workarounds(silent);
  private readonly runtime: Runtime;

  private constructor(
    readonly root: string,
    readonly model: ScriptedResponses,
    { config, limits, environment, sandbox, workarounds }: PoolOptions,
  ) {
    const storage = Object.assign(new StorageConfig(), { dataRoot: root });
    const poolConfig = Object.assign(new PoolConfig(), { ...DEFAULTS, ...config });
    this.config = poolConfig;
    this.environmentFile = join(root, '.env');
    const variables = new Environment(
      { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environment },
      this.environmentFile,
    );
    const directories = new DataDirectories(storage);
    const binary = new CodexBinary(poolConfig);
    this.endpoint.open(model.port);
    const configuredSandbox = Object.assign(new SandboxConfig(), sandbox);
    const settings = {
      environment: variables,
      gateway: new GatewayConfig(),
      pool: poolConfig,
      sandbox: configuredSandbox,
    };
    const configured = Object.assign(new WorkaroundConfig(), workarounds);
    const launchWorkarounds = new LaunchWorkarounds(
      ...([directories, binary, { ...settings, workarounds: configured }, this.workarounds] as const),
    );
    this.runtime = new Runtime(directories, binary, this.endpoint, settings, launchWorkarounds);
    const launcher = new ProcessLauncher(this.runtime, silent, directories);
    this.pool = new AppServerPool(poolConfig, launcher, silent, { ...POOL_LIMITS, ...limits });
  }

  static async start(options: PoolOptions = {}): Promise<PoolFixture> {
    const fixture = new PoolFixture(options.root ?? scratchRoot(), await ScriptedResponses.start(), options);
    await fixture.runtime.prepare();
    await fixture.runtime.writeCatalog([
      { slug: 'demo', displayName: 'Demo', contextWindow: 128_000, inputModalities: ['text', 'image'] },
    ]);
    await fixture.pool.start();
    return fixture;
  }

  async stop(): Promise<void> {
    await this.pool.stop({ graceMs: 0 });
    await this.model.close();
    removeDataRoot(this.root);
  }

  /** Leases with a workspace of its own. */
  async lease(
    threadId: string | null,
    spec: Partial<ThreadSpec> = {},
    signal?: AbortSignal,
    request: Partial<LeaseRequest> = {},
  ): Promise<ThreadLease> {
    const cwd = spec.cwd ?? join(this.root, 'sessions', 'user', randomUUID(), 'workspace');
    await mkdir(cwd, { recursive: true });
    const defaults: ThreadSpec = { cwd, model: 'demo', approvalPolicy: 'never', sandbox: 'workspace-write' };
    return this.pool.lease({
      threadId,
      spec: { ...defaults, ...spec },
      signal: signal ?? new AbortController().signal,
      ...request,
    });
  }

  /** Runs a whole turn on a lease of its own and says where. */
  async run(
    threadId: string | null,
    text: string,
    spec: Partial<ThreadSpec> = {},
    tenant?: Tenant,
  ): Promise<TurnReport> {
    const lease = await this.lease(threadId, spec, undefined, { tenant });
    try {
      return await runTurn(lease, text);
    } finally {
      lease.release();
    }
  }

  instance(id: string): { pid: number; state: string; restarts: number; turns: number } {
    const found = this.pool.status().instances.find((instance) => instance.id === id);
    if (found === undefined) throw new Error(`no instance ${id}`);
    return { ...found, pid: found.pid ?? 0 };
  }
}

export interface TurnReport {
  readonly threadId: string;
  readonly instanceId: string;
  readonly status: string;
  readonly error: string | null;
  readonly text: string;
  readonly deltas: number;
}

export const say = (text: string) => ({ input: [{ type: 'text' as const, text, text_elements: [] }] });

/** Starts a turn and reads to its end. */
export async function runTurn(
  lease: ThreadLease,
  text: string,
  onSignal: (signal: ThreadSignal) => void | Promise<void> = () => undefined,
): Promise<TurnReport> {
  await lease.startTurn(say(text));
  let answer = '';
  let deltas = 0;
  for await (const signal of lease.signals()) {
    await onSignal(signal);
    if (signal.kind === 'request') continue;
    const { method, params } = signal.notification;
    if (method === 'item/agentMessage/delta') {
      answer += params.delta;
      deltas += 1;
    }
    if (method === 'turn/completed') {
      const { status, error } = params.turn;
      const { threadId, instanceId } = lease;
      return { threadId, instanceId, status, error: error?.message ?? null, text: answer, deltas };
    }
  }
  throw new Error('the signals ended before the turn');
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`still not so after ${timeoutMs} ms`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
  return performance.now() - startedAt;
}
