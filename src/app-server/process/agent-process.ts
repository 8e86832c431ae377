import { killGroup } from '../../runtime/process-table';
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import type { ProgramStart } from '../../runtime/runtime';
import { killMarked } from './marked-processes';
import type { ProcessExit } from './process-exit';
import type { Reaper } from './reaper';

/**
 * Gives a program ($@) pipes: what Node makes for a child are sockets, which programs that ask what they are (Node itself is one)
 * cannot use under the sandbox's seccomp rules (quirk `socket-output`). Ends with the program's code.
 */
const WITH_PIPES = `exec 5>&1 6>&2
code=$({ { cat | { "$@" 2>&7 4>&- 5>&- 6>&- 7>&-; echo $? >&4; } | cat >&5; } 7>&1 | cat >&6; } 4>&1)
exit "$code"`;

/** How long the last output may take behind the end. */
const LAST_OUTPUT_MS = 2_000;

/** A program that works for an agent, in its sandbox. */
export interface AgentProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it, and all that it has started, is gone. Never rejects. */
  readonly ended: Promise<ProcessExit>;
  /** Ends it and all that it has started; `ended` follows. */
  kill(): void;
}

/**
 * A child of the service in a process group of its own, which ends no later than the service.
 *
 * In a sandbox all ends with its first process; without one what has left the group is known by its marker.
 */
export class SpawnedProgram implements AgentProcess {
  readonly ended: Promise<ProcessExit>;
  private readonly child: ChildProcessWithoutNullStreams;

  /** @throws Error when not even an attempt to start it is possible */
  constructor(
    { file, args, cwd, env }: ProgramStart,
    private readonly marker: string,
    private readonly reaper: Reaper,
  ) {
    this.child = spawn('/bin/sh', ['-c', WITH_PIPES, 'sh', file, ...args], { cwd, env, detached: true, stdio: 'pipe' });
    // It may end before it has read all that it is given.
    this.child.stdin.on('error', () => undefined);
    if (this.child.pid !== undefined) reaper.watch(this.child.pid);
    this.ended = this.watch();
  }

  get stdin(): Writable {
    return this.child.stdin;
  }

  get stdout(): Readable {
    return this.child.stdout;
  }

  get stderr(): Readable {
    return this.child.stderr;
  }

  kill(): void {
    killGroup(this.child.pid);
  }

  /** What has left its group and cleared its environment, without a sandbox, may hold it open for ever. */
  private closeOutput(): void {
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }

  private async watch(): Promise<ProcessExit> {
    const exit = await new Promise<ProcessExit>((resolve) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
      this.child.once('error', (error) => {
        if (this.child.pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
    this.kill();
    await killMarked(this.marker).catch(() => 0);
    if (this.child.pid !== undefined) this.reaper.forget(this.child.pid);
    setTimeout(() => this.closeOutput(), LAST_OUTPUT_MS).unref();
    return exit;
  }
}
