/**
 * Runs one tool for one question, and ends. The request is the first line of the input, as JSON; the answer, `{value}` or `{fault}`,
 * goes to the descriptor 3, so that what a tool prints is not in the way. The tool has a thread of its own: this one stays awake
 * to end it when it takes too long or too much memory, or when the input ends because nobody waits any more.
 */
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

const WATCH_MS = 100;
/** What Node itself takes, beside what a tool may. */
const OWN_MB = 96;
const MIB = 1024 * 1024;

let hasAnswered = false;

function answer(reply) {
  if (hasAnswered) return;
  hasAnswered = true;
  const stream = createWriteStream('', { fd: 3 });
  stream.on('error', () => process.exit(1));
  stream.end(JSON.stringify(reply), () => process.exit(0));
}

function run(request) {
  const { memoryMb, timeoutSeconds } = request;
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: request,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.on('message', answer);
  worker.on('error', (error) => {
    const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    answer({ fault: isFull ? `it took more than ${memoryMb} MiB of memory` : error.message });
  });
  worker.on('exit', (code) => answer({ fault: `it ended without an answer (exit code ${code})` }));
  setTimeout(() => answer({ fault: `it took longer than ${timeoutSeconds} s` }), timeoutSeconds * 1000);
  setInterval(() => {
    if (process.memoryUsage.rss() > (memoryMb + OWN_MB) * MIB)
      answer({ fault: `it took more than ${memoryMb} MiB of memory` });
  }, WATCH_MS);
}

const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => run(JSON.parse(line)));
lines.once('close', () => process.exit(1));
