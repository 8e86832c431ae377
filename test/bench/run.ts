import { print } from './figures';
import { gateway } from './gateway';
import { turns } from './turns';

const SUITES: Readonly<Record<string, () => Promise<void>>> = { turns, gateway };

/** Runs the suites that are named, or all: `npm run bench -- gateway`. */
async function main(): Promise<void> {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  for (const name of named.length > 0 ? named : Object.keys(SUITES)) {
    const suite = SUITES[name];
    if (suite === undefined) return print(`There is no suite "${name}". Suites: ${Object.keys(SUITES).join(', ')}`);
    print(`\n== ${name}`);
    await suite();
  }
}

void main();
