#!/usr/bin/env node
// The real codex without some lines of what its app-server says: `muted-codex.mjs CODEX MUTED args...` leaves out each
// line that contains MUTED.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [codex, muted, ...args] = process.argv.slice(2);
const child = spawn(codex, args, { stdio: ['inherit', 'pipe', 'inherit'] });
createInterface({ input: child.stdout }).on('line', (line) => {
  if (!line.includes(muted)) process.stdout.write(`${line}\n`);
});
child.on('close', (code) => (process.exitCode = code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
