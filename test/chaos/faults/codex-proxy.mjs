// Stands between the service and the real codex app-server: relays stdin and stdout as they are, and on SIGUSR2 reads a
// fault from `<folder>/<pid>.json`, which it deletes once the fault was made.
//   {"kind": "torn"}       half of the next line, then the end of the process
//   {"kind": "garbage"}    lines before the next one that are no messages
//   {"kind": "oversized"}  before the next line one of 17 MiB
//   {"kind": "lost", "method": "turn/completed"}   the next line of this method breaks off in its middle
//   {"kind": "stall"}      from now on nothing is relayed to the service
// argv: the folder, the real binary, and its arguments.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [folder, binary, ...args] = process.argv.slice(2);
const file = join(folder, `${process.pid}.json`);
const codex = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
let fault;
let stalled = false;

process.on('SIGUSR2', () => {
  fault = JSON.parse(readFileSync(file, 'utf8'));
  if (fault.kind !== 'stall') return;
  stalled = true;
  done();
});
process.on('SIGTERM', () => codex.kill('SIGTERM'));
process.stdin.pipe(codex.stdin);
codex.stdin.on('error', () => {});
codex.once('exit', (code, signal) => process.exit(signal === null ? code : 1));

function done() {
  fault = undefined;
  rmSync(file);
}

/** What the line becomes; undefined: the process ends before anything else is written. */
function pass(line) {
  const whole = `${line}\n`;
  switch (fault?.kind) {
    case 'torn':
      return undefined;
    case 'garbage':
      done();
      return `thread 'main' panicked\n{"half": \n[]\n"text"\n${whole}`;
    case 'oversized':
      done();
      return `${JSON.stringify({ method: 'warning', params: { message: 'x'.repeat(17 * 1024 * 1024) } })}\n${whole}`;
    case 'lost':
      if (JSON.parse(line).method !== fault.method) return whole;
      done();
      return `${line.slice(0, line.length / 2)}\n`;
    default:
      return whole;
  }
}

function tear(line) {
  process.stdout.write(line.slice(0, line.length / 2), () => {
    done();
    codex.kill('SIGKILL');
    process.exit(1);
  });
}

const lines = createInterface({ input: codex.stdout });
lines.on('line', (line) => {
  if (stalled) return;
  const written = pass(line);
  if (written === undefined) return tear(line);
  if (!process.stdout.write(written)) {
    lines.pause();
    process.stdout.once('drain', () => lines.resume());
  }
});
