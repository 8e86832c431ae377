import { namedArguments } from '../bench/arguments';
import { print } from '../support/figures';
import { databaseOfRun } from './chaos-database';
import { seedFromEnvironment } from './seeded-random';
import { burst } from './suites/burst';
import { instances } from './suites/instances';
import { mixed } from './suites/mixed';
import { reconnects } from './suites/reconnects';
import { service } from './suites/service';

/** Each runs with a seed and tells whether every promise was kept. */
const SUITES: Readonly<Record<string, (seed: number) => Promise<boolean>>> = {
  instances,
  service,
  mixed,
  burst,
  clients: reconnects,
};

/** Runs the suites that are named, or all: `npm run chaos -- service --database postgres`. */
async function main(): Promise<void> {
  const named = namedArguments();
  const unknown = named.find((name) => SUITES[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`there is no suite "${unknown}"; suites: ${Object.keys(SUITES).join(', ')}`);
  const seed = seedFromEnvironment();
  print(`CHAOS_SEED=${seed} repeats this run, on ${databaseOfRun()}`);
  for (const name of named.length > 0 ? named : Object.keys(SUITES)) {
    print(`\n== ${name}`);
    if (!(await SUITES[name]?.(seed))) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
