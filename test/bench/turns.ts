import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BareAppServer } from './bare-app-server';
import type { Contender } from './contender';
import { median, percentile, print, rounded } from './figures';
import { DELTAS, startModelProcess } from './model-process';
import { newDataRoot } from '../support/service';
import { Relay } from './relay';
const ROUNDS = 5;
const TURNS_A_ROUND = 20;
const AT_ONCE = [10, 50];
const TURNS_A_CHAT = 4;

/** Turns one after another in one chat; the contenders take turns, so that the machine's mood meets all alike. */
async function oneChat(contenders: readonly Contender[]): Promise<void> {
  print(`\nOne chat, ${ROUNDS * TURNS_A_ROUND} turns of ${DELTAS} deltas one after another`);
  const chats = await Promise.all(contenders.map((contender) => contender.newChat()));
  const times = contenders.map((): number[] => []);
  for (const chat of chats) for (let turn = 0; turn < 5; turn++) await chat.turn('warm up');
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, chat] of chats.entries()) {
      for (let turn = 0; turn < TURNS_A_ROUND; turn++) times[index]?.push(await timed(() => chat.turn('hello')));
    }
  }
  const base = median(times[0] ?? []);
  for (const [index, { name }] of contenders.entries()) {
    const own = times[index] ?? [];
    const figures = `median ${rounded(median(own))} ms, p90 ${rounded(percentile(own, 0.9))} ms`;
    print(`  ${name.padEnd(36)} ${figures}, ${rounded(median(own) / base, 2)}x`);
  }
}

async function manyChats(contenders: readonly Contender[], count: number): Promise<void> {
  print(`\n${count} chats at once, ${TURNS_A_CHAT} turns each`);
  let base = 0;
  for (const { name, newChat } of contenders.map(bound)) {
    const chats = await Promise.all(Array.from({ length: count }, newChat));
    await Promise.all(chats.map((chat) => chat.turn('warm up')));
    const all = async (): Promise<void> => {
      await Promise.all(
        chats.map(async (chat) => {
          for (let turn = 0; turn < TURNS_A_CHAT; turn++) await chat.turn('hello');
        }),
      );
    };
    const turnsPerSecond = (count * TURNS_A_CHAT * 1000) / (await timed(all));
    base ||= turnsPerSecond;
    print(`  ${name.padEnd(36)} ${rounded(turnsPerSecond)} turns/s, ${rounded(turnsPerSecond / base, 2)}x`);
  }
}

const bound = (contender: Contender) => ({ name: contender.name, newChat: () => contender.newChat() });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Turns of the service beside those of a bare app-server. */
export async function turns(): Promise<void> {
  const model = await startModelProcess();
  const home = newDataRoot();
  const contenders = [await BareAppServer.start(model.url, join(home, 'home')), await Relay.start(model.url)];
  try {
    await oneChat(contenders);
    for (const count of AT_ONCE) await manyChats(contenders, count);
  } finally {
    for (const contender of contenders) await contender.stop();
    model.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
