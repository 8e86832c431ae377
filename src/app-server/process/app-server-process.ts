import { killGroup } from '../../runtime/process-table';
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComponentLogger } from '../../common/logger';
import { serviceVersion } from '../../common/service-version';
import { Launch } from '../../runtime/runtime';
import type { InitializeCapabilities } from '../protocol/generated/InitializeCapabilities';
import { LineMessageReader } from '../rpc/message-reader';
import { LineMessageWriter } from '../rpc/message-writer';
import { LineSplitter } from '../rpc/line-splitter';
import { RpcClient, ServerListener } from '../rpc/rpc-client';
import { killMarked } from './marked-processes';
import { describeExit, ProcessExit } from './process-exit';
import { Reaper } from './reaper';

const CLIENT = { name: 'codex-relay', title: 'codex-relay', version: serviceVersion };
/** What codex is asked for in the handshake. */
export const CAPABILITIES: InitializeCapabilities = {
  experimentalApi: true,
  requestAttestation: false,
  // Nobody here listens to these: four lines of a short turn's twelve, each of which wakes the service.
  optOutNotificationMethods: [
    'account/rateLimits/updated',
    'remoteControl/status/changed',
    'thread/readState/changed',
    'thread/settings/updated',
    'thread/started',
    'thread/status/changed',
  ],
};

/** How long the output of a process that has ended is read on: a grandchild may hold it open. */
const LAST_OUTPUT_MS = 500;

const MAX_ERROR_LINE_BYTES = 8 * 1024;

/** Who receives what the process says, and that it has ended. */
export interface ProcessListener extends ServerListener {
  /** Called after all that the process said; requests were rejected already. */
  onEnd(exit: ProcessExit): void;
}

export interface ProcessContext {
  /** In the environment of the process and of every command that its agent runs. */
  readonly marker: string;
  readonly listener: ProcessListener;
  readonly reaper: Reaper;
  readonly logger: ComponentLogger;
}

/** One `codex app-server`, from its start to its end. It never comes back; a restart is another object. */
export class AppServerProcess {
  readonly client: RpcClient;
  /** Resolves when the process has ended and all that it said was received. Never rejects. */
  readonly ended: Promise<ProcessExit>;
  /** Resolves when nothing that it started is left either. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly reader: LineMessageReader;
  private exit: ProcessExit | null = null;

  constructor(
    private readonly launch: Launch,
    private readonly context: ProcessContext,
  ) {
    const { file, args, cwd, env } = launch;
    // In a group of its own, so that a Ctrl-C in the terminal ends the service first, and the group can be killed.
    this.child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe' });
    const exit = this.nextExit();
    const { logger, listener, reaper } = context;
    if (this.child.pid !== undefined) reaper.watch(this.child.pid);
    this.reader = new LineMessageReader(this.child.stdout, logger);
    this.client = new RpcClient(this.reader, new LineMessageWriter(this.child.stdin), listener, logger);
    logErrorOutput(this.child.stderr, logger);
    this.ended = this.watch(exit);
    this.exited = this.ended.then((end) => this.clearLeftovers(end)).finally(launch.release);
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  /** How the process ended; null while it runs. */
  get end(): ProcessExit | null {
    return this.exit;
  }

  /**
   * Does the handshake.
   *
   * @throws RequestRefusedError, OutcomeUnknownError
   */
  async initialize(timeoutMs: number): Promise<void> {
    await this.client.request('initialize', { clientInfo: CLIENT, capabilities: CAPABILITIES }, { timeoutMs });
    this.client.notify({ method: 'initialized' });
    await this.launch.onAnswer();
  }

  /** Stops reading what the process says, which holds it up. Without effect once it has ended. */
  pauseOutput(): void {
    if (this.exit === null) this.reader.pause();
  }

  resumeOutput(): void {
    this.reader.resume();
  }

  /** Asks the process to end, kills it after `graceMs`, and waits until it is gone. Codex ends within 50 ms. */
  async stop(graceMs: number): Promise<ProcessExit> {
    this.child.stdin.end();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process and its group at once, also when it is stopped or ignores SIGTERM. */
  kill(): void {
    killGroup(this.child.pid);
  }

  private async watch(exited: Promise<ProcessExit>): Promise<ProcessExit> {
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const exit = await exited;
    this.exit = exit;
    this.reader.resume();
    await Promise.race([closed, sleep(LAST_OUTPUT_MS)]);
    await this.client.close(`the app-server has ended: ${describeExit(exit)}`);
    this.context.listener.onEnd(exit);
    return exit;
  }

  private nextExit(): Promise<ProcessExit> {
    return new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
      this.child.once('error', (error) => {
        if (this.child.pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
  }

  private async clearLeftovers(exit: ProcessExit): Promise<ProcessExit> {
    const { marker, reaper, logger } = this.context;
    this.kill();
    try {
      const killed = await killMarked(marker);
      if (killed > 0) logger.info({ killed }, 'ended what the app-server had left running');
    } catch (error) {
      logger.error({ err: error }, 'what the app-server has left running could not be looked for');
    }
    if (this.child.pid !== undefined) reaper.forget(this.child.pid);
    return exit;
  }
}

/** Writes what codex says on stderr to the log at debug, a line each, cut at 8 KiB. */
function logErrorOutput(stream: Readable, logger: ComponentLogger): void {
  const lines = new LineSplitter(MAX_ERROR_LINE_BYTES);
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) {
      logger.debug({ stderr: line.kind === 'whole' ? line.text : `${line.head}… (${line.bytes} bytes)` }, 'codex');
    }
  });
}
