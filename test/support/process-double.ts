import pino from 'pino';
import type { AppServerProcess, ProcessListener } from '../../src/app-server/process/app-server-process';
import type { ProcessExit } from '../../src/app-server/process/process-exit';
import type { ProcessLauncher } from '../../src/app-server/process/process-launcher';
import type { GroupContext } from '../../src/app-server/pool/group';
import { POOL_LIMITS, PoolLimits } from '../../src/app-server/pool/pool-limits';
import { Semaphore } from '../../src/common/semaphore';
import { ThreadOpener } from '../../src/app-server/pool/thread-opener';
import { PoolConfig } from '../../src/config/pool.config';
import type { GroupKey } from '../../src/runtime/group-key';

const quiet = pino({ level: 'silent' });

/** An app-server without a process: it starts at once, answers everything, and ends when it is told to. */
export class ProcessDouble {
  /** That of the test, so that what it holds can be read. */
  readonly pid = process.pid;
  readonly client = { inFlight: 0, messagesReceived: 0, request: () => Promise.resolve({ data: [] }) };
  readonly ended: Promise<ProcessExit>;
  /** That of the test decides when nothing is left of it. */
  readonly exited: Promise<ProcessExit>;
  end: ProcessExit | null = null;
  private readonly ending = Promise.withResolvers<ProcessExit>();

  constructor(
    private readonly listener: ProcessListener,
    private readonly starts: boolean,
    cleared: Promise<void> = Promise.resolve(),
  ) {
    this.ended = this.ending.promise;
    this.exited = this.ended.then((exit) => cleared.then(() => exit));
  }

  initialize(): Promise<void> {
    return this.starts ? Promise.resolve() : Promise.reject(new Error('it does not start'));
  }

  stop(): Promise<ProcessExit> {
    return this.finish({ code: 0, signal: null });
  }

  kill(): void {
    void this.finish({ code: null, signal: 'SIGKILL' });
  }

  pauseOutput(): void {
    // It says nothing.
  }

  resumeOutput(): void {
    // It says nothing.
  }

  private finish(exit: ProcessExit): Promise<ProcessExit> {
    if (this.end === null) {
      this.end = exit;
      this.listener.onEnd(exit);
      this.ending.resolve(exit);
    }
    return this.exited;
  }
}

interface Doubles {
  /** Says of each launch, from 1 on, whether it succeeds. */
  readonly starts?: (launch: number) => boolean;
  /** When nothing is left of those that have ended. */
  readonly cleared?: Promise<void>;
}

/** What supervisors need, with doubles for processes. */
export function supervision(limits: Partial<PoolLimits> = {}, { starts = () => true, cleared }: Doubles = {}) {
  let launches = 0;
  return {
    limits: { ...POOL_LIMITS, ...limits },
    logger: quiet,
    launch: (_instanceId: string, listener: ProcessListener) =>
      new ProcessDouble(listener, starts((launches += 1)), cleared) as unknown as AppServerProcess,
    stagger: (start: () => Promise<void>) => start(),
    onChange: () => undefined,
    onSilent: () => undefined,
  };
}

interface GroupOptions {
  readonly limits?: Partial<PoolLimits>;
  readonly settings?: Partial<PoolConfig>;
  readonly onChange?: () => void;
}

/** What a group needs, with doubles for processes. `launch` makes each of them. */
export function groupContext(
  launch: (key: GroupKey, instanceId: string, listener: ProcessListener) => ProcessDouble,
  { limits = {}, settings = {}, onChange = () => undefined }: GroupOptions = {},
): GroupContext {
  let instances = 0;
  const config = Object.assign(new PoolConfig(), settings);
  return {
    config,
    settings: config,
    opener: new ThreadOpener(config.requestTimeoutSeconds * 1000),
    launcher: { launch } as unknown as ProcessLauncher,
    limits: { ...POOL_LIMITS, ...limits },
    logger: quiet,
    starts: new Semaphore(1),
    nextInstanceId: () => `codex-${(instances += 1)}`,
    onTransition: () => undefined,
    onChange,
  };
}
