import { deltasReply, textReply } from '../../support/scripted-reply';
import { KEEP_ALIVE } from '../../../src/gateway/wire/http/keep-alive';
import { contractSuite, Probe } from '../support/contract-suite';
import { World } from '../support/world';

/** The silences here are a tenth of those that clients meet. */
const TENTH = { silenceMs: KEEP_ALIVE.silenceMs / 10, checkMs: KEEP_ALIVE.checkMs / 10 };
/** A tenth of 15 s, and what a machine that has much to do adds. */
const LONGEST_MS = 6_000;
const PAUSE_MS = 8_000;
const BACKENDS = ['openai', 'openai-compatible', 'anthropic'];
const PATHS = ['/responses', '/chat/completions'];
const PLACES = ['before its first event', 'behind its first words'] as const;
type Place = (typeof PLACES)[number];

/** Milliseconds of the longest silence of a stream that says nothing itself for as long as `PAUSE_MS`. */
async function longestSilence(world: World, path: string, model: string, place: Place): Promise<number> {
  const messages = [{ role: 'user', content: place }];
  const answer = await world.post(path, {
    ...{ model, stream: true, [path === '/responses' ? 'input' : 'messages']: messages },
  });
  let heard = performance.now();
  let longest = 0;
  const reader = answer.body?.getReader();
  for (let isDone = false; !isDone; heard = performance.now()) {
    isDone = (await reader?.read())?.done ?? true;
    longest = Math.max(longest, performance.now() - heard);
  }
  return longest;
}

/** All are measured at a time, since each takes `PAUSE_MS`. */
let measured: Promise<ReadonlyMap<string, number>> | undefined;

async function measureAll(world: World): Promise<ReadonlyMap<string, number>> {
  const late = { firstDelayMs: PAUSE_MS };
  world.provider.play(({ lastUserText }) =>
    lastUserText === PLACES[0] ? textReply('late', late) : deltasReply(2, { pauseMs: PAUSE_MS }),
  );
  const cases = PATHS.flatMap((path) => BACKENDS.flatMap((id) => PLACES.map((place) => [path, id, place] as const)));
  return new Map(
    await Promise.all(
      cases.map(async ([path, id, place]) => {
        return [`${path} ${id} ${place}`, await longestSilence(world, path, id, place)] as const;
      }),
    ),
  );
}

const probe = (path: string, id: string, place: Place): Probe => ({
  name: `of a provider, ${place}, is filled within a tenth of 15 s: ${path}, ${id}`,
  run: async (world) => {
    measured ??= measureAll(world);
    expect((await measured).get(`${path} ${id} ${place}`)).toBeLessThan(LONGEST_MS);
  },
});

const shipped = { ...KEEP_ALIVE };
beforeAll(() => void Object.assign(KEEP_ALIVE, TENTH));
afterAll(() => void Object.assign(KEEP_ALIVE, shipped));

contractSuite(__filename, 'the silence in a stream', {
  gateway: { config: { idleTimeoutSeconds: 60 } },
  probes: PATHS.flatMap((path) => BACKENDS.flatMap((id) => PLACES.map((place) => probe(path, id, place)))),
});
