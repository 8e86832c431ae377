import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { answerQuestions, Conversation } from './conversation';

export type ViewerQuestion =
  | { readonly kind: 'watch'; readonly url: string; readonly chatId: string; readonly viewers: number }
  /** Waits until each viewer of that server has got so many events since the last count. */
  | { readonly kind: 'count'; readonly url: string; readonly events: number };

/** What all viewers of one server have got together since the last count. */
export interface Viewed {
  readonly frames: number;
  /** Moments of the first and the last event, in milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
}

const AT_ONCE = 50;
const PATIENCE_MS = 60_000;
const EVENT = Buffer.from('42/chat,["event"');

/** Viewers that count what comes and parse nothing, so that the server is what is measured. */
export const startViewers = (): Conversation<ViewerQuestion, Viewed> => new Conversation(__filename);

/** The viewers of one server. */
class Viewers {
  private readonly sockets: WebSocket[] = [];
  private frames = 0;
  private firstAt = 0;
  private lastAt = 0;

  async watch(url: string, chatId: string, count: number): Promise<void> {
    while (this.sockets.length < count) {
      const joined = Array.from({ length: Math.min(AT_ONCE, count - this.sockets.length) }, () =>
        this.join(url, chatId),
      );
      this.sockets.push(...(await Promise.all(joined)));
    }
  }

  async count(events: number): Promise<Viewed> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.frames < events * this.sockets.length && Date.now() < deadline) await sleep(5);
    const { frames, firstAt, lastAt } = this;
    this.frames = this.firstAt = 0;
    return { frames, firstAt, lastAt };
  }

  /** Speaks Engine.IO 4 and Socket.IO 5 as far as that takes: open, connect to the namespace, join, ping. */
  private join(url: string, chatId: string): Promise<WebSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      ...{ perMessageDeflate: false, skipUTF8Validation: true },
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.on('message', (data: Buffer) => {
        if (data.subarray(0, EVENT.length).equals(EVENT)) return this.note();
        const text = data.toString();
        if (text === '2') socket.send('3');
        else if (text.startsWith('0')) socket.send('40/chat,{"token":""}');
        else if (text.startsWith('40')) socket.send(`42/chat,0["chat:join",${JSON.stringify({ chatId })}]`);
        else if (text.startsWith('43/chat,0')) resolve(socket);
      });
    });
  }

  private note(): void {
    this.lastAt = Date.now();
    this.firstAt ||= this.lastAt;
    this.frames += 1;
  }
}

function serve(): void {
  const servers = new Map<string, Viewers>();
  answerQuestions<ViewerQuestion, Viewed>(async (question) => {
    const viewers = servers.get(question.url) ?? new Viewers();
    servers.set(question.url, viewers);
    if (question.kind === 'count') return viewers.count(question.events);
    await viewers.watch(question.url, question.chatId, question.viewers);
    return { frames: 0, firstAt: 0, lastAt: 0 };
  });
}

if (process.argv[2] === 'serve') serve();
