import { killGroup } from '../../runtime/process-table';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../common/service-version';
import { boundedBytes, CollectedOutput } from '../collected-output';
import { ToolRefusal } from '../tool';

const HOST = join(packageRoot, 'packages/tool/host.mjs');
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_PRINTED = 4_000;
/** What the host gets beyond the tool's own deadline, to say that it has passed. */
const MARGIN_MS = 5_000;
/** How long its last output may take behind the end. */
const LAST_OUTPUT_MS = 500;

export interface HostRequest {
  readonly kind: 'describe' | 'run';
  /** Absolute path of the tool. */
  readonly file: string;
  readonly input?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** What a tool has printed, for the log. */
type Printed = (text: string) => void;

/**
 * Has a tool do one thing in a process of its own, which has no environment and ends no later than the service.
 *
 * @returns what it has answered
 * @throws ToolRefusal with what it has thrown, or why it was ended
 */
export async function askTool(
  request: HostRequest,
  signal: AbortSignal,
  printed: Printed = () => undefined,
): Promise<unknown> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(request.timeoutSeconds * 1000 + MARGIN_MS)]);
  ending.throwIfAborted();
  const child = spawn(process.execPath, [HOST], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const answer = child.stdio[3] as Readable;
  const end = (): void => {
    killGroup(child.pid);
    closeLater([child.stdout, child.stderr, answer]);
  };
  ending.addEventListener('abort', end, { once: true });
  child.once('exit', end);
  const output = new CollectedOutput(MAX_PRINTED);
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  const read = Promise.all([output.read(child.stdout), output.read(child.stderr)]);
  try {
    // It stays open: the host ends when it is closed.
    child.stdin.write(`${JSON.stringify({ ...request, packages: OFFERED })}\n`);
    const bytes = await boundedBytes(answer, MAX_ANSWER_BYTES).catch(() => Buffer.alloc(0));
    signal.throwIfAborted();
    return valueOf(bytes);
  } finally {
    ending.removeEventListener('abort', end);
    end();
    await read;
    const text = output.take();
    if (text !== '') printed(text);
  }
}

/** What a tool has started in a group of its own may hold its output open for ever. What has come by then is read before. */
function closeLater(streams: readonly Readable[]): void {
  const close = (): void => streams.forEach((stream) => stream.destroy());
  setTimeout(() => setImmediate(close), LAST_OUTPUT_MS).unref();
}

/** What tools may import by these names. */
const OFFERED: Readonly<Record<string, string>> = {
  '@codex-relay/tool': pathToFileURL(join(packageRoot, 'packages/tool/index.mjs')).href,
  zod: pathToFileURL(
    createRequire(__filename)
      .resolve('zod')
      .replace(/\.cjs$/, '.js'),
  ).href,
};

function valueOf(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) throw new ToolRefusal('it had more to answer than a model can be given');
  const { fault, value } = parsed(bytes);
  if (fault !== undefined) throw new ToolRefusal(fault);
  return value;
}

function parsed(bytes: Buffer): { fault?: string; value?: unknown } {
  try {
    return JSON.parse(bytes.toString('utf8')) as { fault?: string; value?: unknown };
  } catch {
    return { fault: 'it ended without an answer' };
  }
}
