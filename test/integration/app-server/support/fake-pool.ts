import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AppServerPool } from '../../../../src/app-server/pool/pool';
import { POOL_LIMITS, PoolLimits } from '../../../../src/app-server/pool/pool-limits';
import { ProcessLauncher } from '../../../../src/app-server/process/process-launcher';
import { PoolConfig } from '../../../../src/config/pool.config';
import { silent } from './pool-fixture';

/** The program that stands in for codex; see there what each fault is. */
export const FAKE = join(__dirname, '../../../support/fake-app-server.mjs');
const LIMITS: PoolLimits = {
  ...POOL_LIMITS,
  // A node process takes a second to start on a busy machine.
  initializeTimeoutMs: 5_000,
  restartBackoff: { initialMs: 20, maximumMs: 100 },
  recycleGraceMs: 200,
  stopGraceMs: 200,
};

export interface Faults {
  hang?: string[];
  overloads?: Record<string, number>;
  garbage?: boolean;
  oversized?: string[];
  tornBy?: string;
  floodsBy?: string;
  lastWords?: number;
  spinsBy?: string;
  exitAtStart?: boolean;
  immortal?: boolean;
  says?: { method: string; params: unknown };
  asks?: { id: number; method: string; params: unknown }[];
}

export interface FakePoolOptions {
  /** Asked at each launch, from 1 on. */
  readonly faultsOf: (launch: number) => Faults;
  readonly limits?: Partial<PoolLimits>;
  readonly settings?: Partial<PoolConfig>;
  /** Gets the id of each instance whose process has ended. */
  readonly released: string[];
}

const nowhere = (): string => `/${randomUUID()}`;

/** A pool of fake app-servers, one unless the settings say otherwise; it is not started. */
export function fakePool({ faultsOf, limits, settings, released }: FakePoolOptions): AppServerPool {
  let launches = 0;
  const source = {
    launch: (instanceId: string, marker: string) => ({
      file: process.execPath,
      args: [FAKE, JSON.stringify(faultsOf((launches += 1)))],
      cwd: '/',
      env: { CODEX_RELAY_RUN: marker },
      onAnswer: () => Promise.resolve(),
      release: () => released.push(instanceId),
    }),
    program: () => {
      throw new Error('there is no sandbox here');
    },
  };
  const config = Object.assign(new PoolConfig(), { size: 1, requestTimeoutSeconds: 1 }, settings);
  return new AppServerPool(
    config,
    new ProcessLauncher(source, silent, {
      agentHome: randomUUID(),
      tools: '/',
      codexHomeOf: nowhere,
      agentHomeOf: nowhere,
    }),
    silent,
    {
      ...LIMITS,
      ...limits,
    },
  );
}
