import { getEventListeners } from 'node:events';
import type { ChatEvent } from './chat-event';
import { EventFeed } from './event-feed';
import { EventFollower } from './event-follower';
import { EventLog } from './event-log';

const CHAT = { chatId: 'chat', userId: 'user' };
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** A log whose reads take a turn of the event loop, and during which more may be published. */
class FakeLog {
  readonly events: ChatEvent[] = [];
  reads = 0;
  /** Called in the middle of a read, after the rows were taken. */
  duringRead: () => void = () => undefined;

  constructor(private readonly feed: EventFeed) {}

  publish(count: number): void {
    this.feed.publish(CHAT.chatId, this.store(count));
  }

  takeOut(...seqs: number[]): void {
    const kept = this.events.filter(({ seq }) => !seqs.includes(seq));
    this.events.splice(
      0,
      Infinity,
      ...kept.map((event, index) => ({ ...event, previousSeq: kept[index - 1]?.seq ?? 0 })),
    );
  }

  store(count: number): ChatEvent[] {
    const first = this.events.length;
    const fresh = upTo(count).map((index) => {
      const data = { message: `${first + index}` };
      return {
        ...({ chatId: CHAT.chatId, previousSeq: first + index - 1, seq: first + index } as const),
        ...({ turnId: 't', type: 'warning', at: '' } as const),
        data,
      } satisfies ChatEvent;
    });
    this.events.push(...fresh);
    return fresh;
  }

  lastSeq(): Promise<number> {
    return Promise.resolve(this.events.at(-1)?.seq ?? 0);
  }

  async read(_: string, after: number, limit: number): Promise<ChatEvent[]> {
    this.reads++;
    const rows = this.events.filter(({ seq }) => seq > after).slice(0, limit);
    this.duringRead();
    await new Promise(setImmediate);
    return rows;
  }
}

describe('EventFollower', () => {
  let feed: EventFeed;
  let log: FakeLog;
  let hangUp: AbortController;
  let follower: EventFollower;

  beforeEach(() => {
    feed = new EventFeed();
    log = new FakeLog(feed);
    hangUp = new AbortController();
    follower = new EventFollower(log as unknown as EventLog, feed);
  });

  /** Numbers of the events that a reader gets until it has `last`. */
  async function numbers(after: number, last: number, onBatch: (seqs: number[]) => void = () => undefined) {
    const seqs: number[] = [];
    for await (const batch of follower.follow(CHAT, after, hangUp.signal)) {
      seqs.push(...batch.map(({ seq }) => seq));
      onBatch(seqs);
      if (seqs.includes(last)) break;
    }
    return seqs;
  }

  it('gives what is stored, page by page, and nothing before `after`', async () => {
    log.publish(1_200);
    expect(await numbers(3, 1_200)).toEqual(upTo(1_200).slice(3));
    expect(log.reads).toBe(12);
  });

  it('gives what comes live, without asking the database again', async () => {
    log.publish(2);
    const reading = numbers(0, 12, (seqs) => {
      if (seqs.length === 2) setImmediate(() => log.publish(5));
      if (seqs.length === 7) setImmediate(() => log.publish(5));
    });
    expect(await reading).toEqual(upTo(12));
    expect(log.reads).toBe(1);
  });

  it('neither misses nor repeats what is published while it reads the past', async () => {
    log.publish(700);
    log.duringRead = () => {
      if (log.events.length < 1_000) log.publish(60);
    };
    const total = 1_000;
    expect(await numbers(0, total)).toEqual(upTo(total));
  });

  it('reads on from the database when a slow reader has fallen too far behind', async () => {
    log.publish(1);
    let published = false;
    const seqs = await numbers(0, 5_001, () => {
      if (published) return;
      published = true;
      for (let batch = 0; batch < 50; batch++) log.publish(100);
    });
    expect(seqs).toEqual(upTo(5_001));
  });

  it('reads from the database what another writer has stored between two live events', async () => {
    log.publish(2);
    const reading = numbers(0, 6, (seqs) => {
      if (seqs.length !== 2) return;
      setImmediate(() => {
        log.publish(1);
        log.store(2);
        log.publish(1);
      });
    });
    expect(await reading).toEqual(upTo(6));
  });

  it('goes on behind events that were taken out of the log', async () => {
    log.publish(6);
    log.takeOut(2, 3, 5);
    expect(await numbers(1, 6)).toEqual([4, 6]);
  });

  it('withholds nothing new from a reader that names a number beyond the end', async () => {
    log.publish(3);
    const reading = numbers(1_000, 7);
    await new Promise(setImmediate);
    log.publish(1);
    await new Promise(setImmediate);
    log.publish(3);
    expect(await reading).toEqual([4, 5, 6, 7]);
  });

  it('gives what is committed only once it is published: a reader that returns has no number beyond the end', async () => {
    log.publish(4);
    log.lastSeq = () => Promise.resolve(3);
    expect(await numbers(0, 3)).toEqual([1, 2, 3]);
  });

  it('leaves nothing behind with a signal that outlives it', async () => {
    log.publish(1);
    await numbers(0, 1);
    expect(getEventListeners(hangUp.signal, 'abort')).toEqual([]);
  });

  it('ends when the reader hangs up, when the chat is deleted, and forgets the reader then', async () => {
    log.publish(1);
    const ended = [
      numbers(0, Infinity),
      (async () => {
        const gone = new AbortController();
        setImmediate(() => gone.abort());
        for await (const batch of follower.follow(CHAT, 1, gone.signal)) expect(batch).toEqual([]);
      })(),
    ];
    await new Promise((resolve) => setTimeout(resolve, 5));
    feed.close(CHAT.chatId);
    await Promise.all(ended);
    expect(Reflect.get(feed, 'byChat')).toEqual(new Map());
  });

  it('ends for a chat that is deleted while its past is looked for', async () => {
    log.lastSeq = async () => {
      await new Promise(setImmediate);
      feed.close(CHAT.chatId);
      return 0;
    };
    expect(await numbers(0, Infinity)).toEqual([]);
  });
});
