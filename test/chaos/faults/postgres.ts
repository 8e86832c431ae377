import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresServer } from '../../support/postgres-server';
import type { Random } from '../seeded-random';

/** Longest that a server is away at a time, in milliseconds. */
const LASTS_MS = 3_000;

/** `kill -9` of the server and its connections; it comes back at once, and mends itself. */
export async function killPostgres(server: PostgresServer): Promise<void> {
  await server.kill();
  await server.launch();
}

/** It is shut down in order, and started after a while. */
export async function stopPostgres(server: PostgresServer, random: Random): Promise<void> {
  await server.stop();
  await sleep(random.between(100, LASTS_MS));
  await server.launch();
}

/** No process of it does anything for a while, as of a machine that stands still. */
export async function pausePostgres(server: PostgresServer, random: Random): Promise<void> {
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
  const pids = [server.pid, ...children.split(' ').filter(Boolean).map(Number)];
  for (const pid of pids) signal(pid, 'SIGSTOP');
  await sleep(random.between(100, LASTS_MS));
  for (const pid of pids) signal(pid, 'SIGCONT');
}

/** Every connection is ended by an administrator. */
export async function cutPostgres(server: PostgresServer): Promise<void> {
  const client = new Client({ connectionString: server.url('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
  );
  await client.end();
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A connection that has ended.
  }
}
