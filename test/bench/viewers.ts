import { median, print, rounded } from '../support/figures';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';
import { judged } from './target';
import { BareServer, startBareServer } from './viewing/bare-server';
import { startViewers, Viewed, ViewerQuestion } from './viewing/viewer-process';
import type { Conversation } from './viewing/conversation';

const VIEWERS = 1_000;
/** Many short ones, so that a change of the machine's speed meets both alike. */
const ROUNDS = 10;
/** More words a second than can be sent to all viewers one by one: there is always more to send. */
const QUESTION = 'say 1200 words every 2 ms';

type ViewerProcess = Conversation<ViewerQuestion, Viewed>;

/** Frames a second of the whole service, codex and model at work, to the viewers of one chat; and what they were. */
async function ofService(service: RelayService, chatId: string, viewers: ViewerProcess) {
  const { client, url } = service;
  const { lastSeq } = await client.chat(chatId);
  const { turn } = await client.ask(chatId, QUESTION);
  if (turn.status !== 'completed') throw new Error(`the turn ended ${JSON.stringify(turn)}`);
  const events = (await client.events(chatId)).filter(({ seq }) => seq > lastSeq);
  return { rate: await rateOf(viewers, url, events.length), events };
}

/** The same events, sent by a server that has nothing else to do. */
async function ofBareServer(bare: BareServer, url: string, viewers: ViewerProcess, events: readonly object[]) {
  await bare.ask({ kind: 'send', events });
  return rateOf(viewers, url, events.length);
}

async function rateOf(viewers: ViewerProcess, url: string, events: number): Promise<number> {
  const { frames, firstAt, lastAt } = await viewers.ask({ kind: 'count', url, events });
  if (frames !== events * VIEWERS) throw new Error(`${frames} frames arrived of ${events * VIEWERS}`);
  return (frames * 1_000) / (lastAt - firstAt);
}

/** 1,000 viewers of one chat, beside a bare Socket.IO server that sends the same events to the same process. */
export async function viewers(): Promise<void> {
  print(`\n${VIEWERS} viewers of one chat, ${ROUNDS} rounds in turn`);
  const model = await startWordedModel();
  const service = await RelayService.start({ modelUrl: model.url, environment: { LOG_LEVEL: 'warn' } });
  const bare = startBareServer();
  const viewing = startViewers();
  try {
    await compare(service, bare, viewing);
  } finally {
    viewing.end();
    bare.end();
    await service.dispose();
    await model.stop();
  }
}

async function compare(service: RelayService, bare: BareServer, viewing: ViewerProcess): Promise<void> {
  const { id: chatId } = await service.client.createChat();
  const bareUrl = await bare.ask({ kind: 'listen' });
  for (const url of [service.url, bareUrl]) await viewing.ask({ kind: 'watch', url, chatId, viewers: VIEWERS });
  const rates: { own: number; base: number }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { rate: own, events } = await ofService(service, chatId, viewing);
    const base = await ofBareServer(bare, bareUrl, viewing, events);
    // The first warms both up.
    if (round > 0) rates.push({ own, base });
  }
  const ratios = rates.map(({ own, base }) => own / base);
  print(`  codex-relay     ${rounded(median(rates.map(({ own }) => own)), 0)} frames/s`);
  print(`  bare Socket.IO  ${rounded(median(rates.map(({ base }) => base)), 0)} frames/s`);
  const range = `${rounded(Math.min(...ratios), 2)} to ${rounded(Math.max(...ratios), 2)}`;
  print(`  at the median of the rounds ${judged(median(ratios), { atLeast: 0.8 })}, of each ${range}`);
}
