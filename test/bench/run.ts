import { print } from '../support/figures';
import { namedArguments } from './arguments';
import { data } from './data';
import { files } from './files';
import { gateway } from './gateway';
import { memory } from './memory';
import { notifications } from './notifications';
import { open } from './open';
import { recovery } from './recovery';
import { turns } from './turns';
import { viewers } from './viewers';
import { web } from './web';

const SUITES: Readonly<Record<string, () => Promise<void>>> = {
  turns,
  recovery,
  memory,
  viewers,
  gateway,
  notifications,
  open,
  data,
  files,
  web,
};

/** Runs the suites that are named, or all: `npm run bench -- turns --chats 1`. */
async function main(): Promise<void> {
  const named = namedArguments();
  for (const name of named.length > 0 ? named : Object.keys(SUITES)) {
    const suite = SUITES[name];
    if (suite === undefined) return print(`There is no suite "${name}". Suites: ${Object.keys(SUITES).join(', ')}`);
    print(`\n== ${name}`);
    await suite();
  }
}

void main();
