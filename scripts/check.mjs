// Runs every check, as many at a time as there are processors, and prints what the ones that fail have said.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Scripts of package.json, those that take longest first. */
const waiting = ['lint', 'typecheck:service', 'lint:format', 'typecheck:web', 'lint:dead', 'lint:imports'];

/** @returns whether it has passed */
function passes(check) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', check], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) process.stderr.write(`npm run ${check} has failed:\n${said}\n`);
      resolve(code === 0);
    });
  });
}

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    if (!(await passes(check))) process.exitCode = 1;
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
