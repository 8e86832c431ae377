// Rebuilds and restarts the service, and reloads the web client, at every change of a source.
import { spawn } from 'node:child_process';

const children = [
  spawn('nest', ['start', '--watch', '--preserveWatchOutput'], { stdio: 'inherit' }),
  spawn('vite', ['web'], { stdio: 'inherit' }),
];

function stop(code) {
  for (const child of children) child.kill('SIGTERM');
  process.exitCode = code;
}

for (const child of children) child.once('exit', (code) => stop(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(0));
