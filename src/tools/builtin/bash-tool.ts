import type { AgentProcess } from '../../app-server/agent/agent-thread';
import type { ToolOutput } from '../../app-server/agent/agent-tool';
import { CollectedOutput } from '../collected-output';
import { answered, refused, Tool, ToolContext, ToolRefusal } from '../tool';
import { startProgram } from '../tool-program';

const MAX_OUTPUT = 60_000;
const MAX_JOBS = 8;
/** Beyond the model's own deadline, so that it gets what was put out by then. */
const MARGIN_MS = 10_000;
const MAX_SECONDS = 3_600;
/** `bash` where there is one. */
const SCRIPT =
  'exec 2>&1; cd -- "$1" || exit 1; if command -v bash >/dev/null; then exec bash -c "$2"; else exec sh -c "$2"; fi';

interface BashInput {
  readonly command?: string;
  readonly cwd?: string;
  readonly timeout_seconds?: number;
  readonly background?: boolean;
  readonly job?: string;
  readonly wait_seconds?: number;
  readonly stop?: boolean;
}

/** A command that runs, or has run, beside the calls of a turn. */
class Job {
  private readonly output = new CollectedOutput(MAX_OUTPUT);
  private readonly done: Promise<void>;
  private outcome: string | undefined;

  constructor(private readonly program: AgentProcess) {
    program.stdin.end();
    const read = Promise.all([this.output.read(program.stdout), this.output.read(program.stderr)]);
    this.done = Promise.all([program.ended, read]).then(([{ code, signal, error }]) => {
      this.outcome = error
        ? `could not be started: ${error.message}`
        : code === null
          ? `was ended (${signal})`
          : `exit code ${code}`;
    });
  }

  /** How it has ended; undefined while it runs. */
  get ending(): string | undefined {
    return this.outcome;
  }

  takeOutput(): string {
    return this.output.take();
  }

  /** @returns whether it has ended by then */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ms);
    signal.addEventListener('abort', () => late.resolve(), { once: true });
    await Promise.race([this.done, late.promise]);
    clearTimeout(timer);
    return this.outcome !== undefined;
  }

  end(): Promise<void> {
    this.program.kill();
    return this.done;
  }
}

/** Runs a command in the sandbox of the chat, and tells what it has put out and how it ended. */
export class BashTool implements Tool {
  readonly name = 'bash';
  readonly approval = 'untrusted';
  readonly timeoutMs = MAX_SECONDS * 1000 + MARGIN_MS;
  readonly description =
    'Runs a command in bash. With "background" it runs on while other tools are called: its answer names a job, of which "job" alone tells what it has put out since and whether it has ended; it ends with the turn.';
  readonly inputSchema: Readonly<Record<string, unknown>>;

  constructor(private readonly timeoutSeconds: number) {
    const seconds = { type: 'integer', minimum: 1, maximum: MAX_SECONDS };
    this.inputSchema = {
      type: 'object',
      properties: {
        command: { type: 'string', minLength: 1, description: 'The command, as bash takes it.' },
        cwd: { type: 'string', description: 'Folder to start in, from the workspace or absolute.' },
        timeout_seconds: { ...seconds, description: `When it is ended; ${timeoutSeconds} if left out.` },
        background: { type: 'boolean', description: 'Let it run on, and answer at once.' },
        job: { type: 'string', description: 'A job that runs in the background, in place of a command.' },
        wait_seconds: {
          type: 'integer',
          minimum: 0,
          maximum: 600,
          description: 'With job: how long to wait for its end.',
        },
        stop: { type: 'boolean', description: 'With job: end it.' },
      },
      additionalProperties: false,
    };
  }

  async call(given: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolOutput> {
    const input: BashInput = given;
    if ((input.command === undefined) === (input.job === undefined)) {
      throw new ToolRefusal('Give either a command to run, or a job that runs in the background.');
    }
    if (input.job !== undefined) return this.look(input.job, input, context);
    return input.background === true ? this.begin(input, context) : this.run(input, context);
  }

  private async run({ timeout_seconds: seconds = this.timeoutSeconds, ...input }: BashInput, context: ToolContext) {
    const startedAt = performance.now();
    const job = this.start(input, context);
    const isInTime = await job.wait(seconds * 1000, context.signal);
    if (!isInTime) await job.end();
    context.signal.throwIfAborted();
    const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    const outcome = isInTime ? `${job.ending}, ${took}` : `ended after ${seconds} s, because it took too long`;
    const text = `[${outcome}]\n${job.takeOutput()}`;
    return isInTime && job.ending === 'exit code 0' ? answered(text) : refused(text);
  }

  private begin(input: BashInput, context: ToolContext): ToolOutput {
    const running = [...context.jobs.values()].filter((job) => job instanceof Job && job.ending === undefined);
    if (running.length >= MAX_JOBS)
      throw new ToolRefusal(`${MAX_JOBS} jobs run already: stop one, or wait for its end.`);
    const name = `job-${context.jobs.size + 1}`;
    // Not by the signal of this call, which is over at once.
    context.jobs.set(name, this.start(input, { ...context, signal: new AbortController().signal }));
    return answered(`Runs as "${name}", and ends no later than this turn.`);
  }

  private async look(name: string, { wait_seconds: wait = 0, stop = false }: BashInput, { jobs, signal }: ToolContext) {
    const job = jobs.get(name);
    if (!(job instanceof Job)) throw new ToolRefusal(`There is no job "${name}" in this turn.`);
    if (stop) await job.end();
    else await job.wait(wait * 1000, signal);
    return answered(`[${job.ending ?? 'still running'}]\n${job.takeOutput()}`);
  }

  private start({ command = '', cwd = '.' }: BashInput, { thread, signal }: ToolContext): Job {
    return new Job(startProgram(thread, ['/bin/sh', '-c', SCRIPT, 'sh', cwd, command], signal));
  }
}
