import { isGrouped } from '../../groups/group-end';
import { Answer, Behaviour, Expected, Seen, Way, WAYS } from './behaviour';
import { markOf, NotYet, notYetOf, strayMarks } from './not-yet';
import { World, WorldOptions } from './world';

/** A behaviour that is no conversation: what a check by hand finds. */
export interface Probe {
  readonly name: string;
  readonly run: (world: World) => Promise<void> | void;
}

export interface Kind extends Omit<WorldOptions, 'chats'> {
  readonly rows?: readonly Behaviour[];
  readonly probes?: readonly Probe[];
}

const TIMEOUT_MS = 30_000;
/** Of the stage and of the plain questions on every backend, on a machine that has much to do. */
const STAGE_TIMEOUT_MS = 180_000;

/**
 * Runs a kind of behaviours: each row once a way and backend.
 *
 * What `not-yet/` names runs, too, and is green as long as it fails: whoever mends it sees it turn red and takes the mark
 * away.
 *
 * @param file the suite's own, `__filename`
 */
export function contractSuite(file: string, kind: string, { rows = [], probes = [], ...options }: Kind): void {
  describe(kind, () => {
    const chats = rows.some(({ ways }) => ways.includes('chat'));
    const notYet = notYetOf(file);
    const isShared = isGrouped() && Object.keys(options).length === 0;
    let world: World;
    beforeAll(async () => {
      world = await (isShared ? World.ofGroup(chats) : World.start({ ...options, chats }));
    }, STAGE_TIMEOUT_MS);
    afterAll(() => (isShared ? undefined : world?.stop()));

    // A broken stage would make every marked row green.
    it(
      'answers a plain question on each backend and way that the rows use',
      () => greetAll(world, rows),
      STAGE_TIMEOUT_MS,
    );
    it('has no mark in not-yet/ that belongs to no test', () => expect(strayMarks(notYet, rows, probes)).toEqual([]));
    for (const row of rows) describeRow(row, notYet, () => world);
    for (const { name, run } of probes) {
      const test = markOf(notYet, name) === undefined ? it : it.failing;
      test(name, async () => run(world), TIMEOUT_MS);
    }
  });
}

function describeRow(row: Behaviour, notYet: NotYet, world: () => World): void {
  describe(row.name, () => {
    for (const way of WAYS.filter((each) => row.ways.includes(each))) {
      for (const backend of row.on) {
        const test = markOf(notYet, row.name, way, backend) === undefined ? it : it.failing;
        const verify = async (): Promise<void> => expectAll(row, await world().live(row, way, backend));
        test(`${way}, ${backend}`, verify, TIMEOUT_MS);
      }
    }
  });
}

async function greetAll(world: World, rows: readonly Behaviour[]): Promise<void> {
  const used = new Set(rows.flatMap(({ ways, on }) => ways.flatMap((way) => on.map((id) => `${way}|${id}`))));
  const seen: string[] = [];
  for (const pair of used) {
    const [way = '', backend = ''] = pair.split('|');
    const plain: Behaviour = { name: 'plain', on: [], ways: [] };
    const { answers } = await world.live(plain, way as Way, backend);
    seen.push(`${pair}|${answers[0]?.text ?? ''}`);
  }
  expect(seen).toEqual([...used].map((pair) => `${pair}|Hello!`));
}

function expectAll({ answers = [], check }: Behaviour, seen: Seen): void {
  for (const [index, expected] of answers.entries()) expectAnswer(seen.answers[index], expected);
  check?.(seen);
}

function expectAnswer(answer: Answer | undefined, expected: Expected): void {
  if (typeof expected === 'string') {
    expect(inWords(answer)).toBe(`completed: ${expected}`);
    return;
  }
  const fields = Object.entries(expected).map(([name, value]): [string, unknown] => [
    name,
    value instanceof RegExp ? expect.stringMatching(value) : value,
  ]);
  expect(answer).toMatchObject(Object.fromEntries(fields));
}

const inWords = (answer: Answer | undefined): string =>
  answer?.status === 'completed'
    ? `completed: ${answer.text}`
    : `${answer?.status} with ${answer?.http} ${answer?.code}: ${answer?.message}`;
