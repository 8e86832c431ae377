import { setTimeout as sleep } from 'node:timers/promises';
import { IsNull } from 'typeorm';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { NO_USAGE } from '../../../src/chat/entities/token-usage.dto';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { ChatEvent, EventDraft } from '../../../src/chat/event-log/chat-event';
import { EventFollower } from '../../../src/chat/event-log/event-follower';
import { LogCompaction } from '../../../src/chat/event-log/log-compaction';
import { compactTurn } from '../../../src/chat/event-log/turn-compaction';
import { COMPLETED, turnEnded } from '../../../src/chat/turns/turn-state';
import { ChatConfig } from '../../../src/config/chat.config';
import { newId } from '../../../src/common/ids';
import type { Write } from '../../../src/database/write-queue';
import { Random } from '../../chaos/seeded-random';
import { ChatFixture } from '../../support/chat-fixture';
import { upTo } from '../../support/event-record';

const SEED = 20_261_129;

/** What a client shows of a chat: the state that its events make, whichever of them it has seen. */
class Shown {
  readonly texts = new Map<string, string>();
  readonly items = new Map<string, unknown>();
  readonly states = new Map<string, unknown>();
  readonly notices: unknown[] = [];
  lastSeq = 0;

  see(event: ChatEvent): void {
    // This is the proof that nothing is missing.
    if (event.previousSeq > this.lastSeq)
      throw new Error(`${event.seq} follows ${event.previousSeq}, not ${this.lastSeq}`);
    if (event.seq <= this.lastSeq) throw new Error(`${event.seq} came after ${this.lastSeq}`);
    this.lastSeq = event.seq;
    this.reduce(event);
  }

  get all(): unknown {
    return [
      this.lastSeq,
      ...[this.texts, this.items, this.states].map((map) => new Map([...map].sort())),
      this.notices,
    ];
  }

  private reduce(event: ChatEvent): void {
    const { type, data } = event;
    if (type === 'message.delta') this.append(data.messageId, data.delta);
    else if (type === 'reasoning.delta' || type === 'command.output') this.append(data.itemId, data.delta);
    else if (type === 'message.created') this.texts.set(data.message.id, '');
    else if (type === 'message.completed') {
      this.texts.set(
        data.message.id,
        data.message.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      );
    } else if (type === 'reasoning.completed') this.texts.set(data.itemId, data.text);
    else if (type === 'item.started' || type === 'item.updated') this.items.set(data.item.id, data.item.data);
    else if (type === 'item.completed') {
      this.items.set(data.item.id, data.item.data);
      this.texts.set(data.item.id, typeof data.item.data.output === 'string' ? data.item.data.output : '');
    } else if (type === 'usage.updated') {
      this.states.set('usage', data.usage);
      if (data.contextWindow !== null) this.states.set('window', data.contextWindow);
    } else if (type === 'diff.updated' || type === 'plan.updated') this.states.set(`${type} ${event.turnId}`, data);
    else this.notices.push([type, event.seq]);
  }

  private append(id: string, delta: string): void {
    this.texts.set(id, (this.texts.get(id) ?? '') + delta);
  }
}

describe('the compaction of a log', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let random: Random;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    random = new Random(SEED);
  });
  afterEach(() => chats.close());

  const below = (count: number): number => random.between(0, count - 1);
  const ref = () => ({ chatId: chat.id, userId: chat.userId });
  const append = (...events: EventDraft[]) => chats.log.append(ref(), { events }, 'retry');
  const read = (after = 0): Promise<ChatEvent[]> => chats.log.read(chat.id, after, 100_000);
  const compact = (turn: TurnEntity): Promise<void> => compactTurn(chats.database, turn, () => Promise.resolve());

  function message(turnId: string, id: string, text: string, status: 'streaming' | 'final') {
    const content = text === '' ? [] : [{ type: 'text', text } as const];
    const row = {
      id,
      chatId: chat.id,
      turnId,
      role: 'assistant',
      content,
      status,
      clientMessageId: null,
      createdAt: '',
    };
    return { message: row } as Extract<EventDraft, { type: 'message.created' }>['data'];
  }

  function item(turnId: string, id: string, data: Record<string, unknown>, status: 'running' | 'completed') {
    const row = {
      id,
      chatId: chat.id,
      turnId,
      kind: 'command',
      status,
      title: 'ls',
      data,
      startedAt: '',
      endedAt: null,
    };
    return { item: row } as Extract<EventDraft, { type: 'item.started' }>['data'];
  }

  /** What an agent may do in a turn, at random, with deltas of several things among each other. */
  function script(turnId: string): EventDraft[] {
    const threads = upTo(1 + below(4)).map((): EventDraft[] => {
      const id = newId();
      const pieces = upTo(1 + below(12)).map((number) => `${id.slice(-4)}-${number} `);
      const whole = pieces.join('');
      const kind = below(3);
      if (kind === 0) {
        return [
          { type: 'message.created', turnId, data: message(turnId, id, '', 'streaming') },
          ...pieces.map((delta): EventDraft => ({ type: 'message.delta', turnId, data: { messageId: id, delta } })),
          { type: 'message.completed', turnId, data: message(turnId, id, whole, 'final') },
        ];
      }
      if (kind === 1) {
        const superseded = below(3) === 0;
        return [
          ...pieces.map((delta): EventDraft => ({ type: 'reasoning.delta', turnId, data: { itemId: id, delta } })),
          { type: 'reasoning.completed', turnId, data: { itemId: id, text: superseded ? '' : whole, superseded } },
        ];
      }
      return [
        { type: 'item.started', turnId, data: item(turnId, id, { output: '' }, 'running') },
        { type: 'item.updated', turnId, data: item(turnId, id, { output: '', note: 1 }, 'running') },
        ...pieces.map((delta): EventDraft => ({ type: 'command.output', turnId, data: { itemId: id, delta } })),
        { type: 'item.completed', turnId, data: item(turnId, id, { output: whole }, 'completed') },
      ];
    });
    const states = upTo(below(8)).map((number): EventDraft => {
      const usage = { ...NO_USAGE, totalTokens: number };
      return [
        { type: 'diff.updated', turnId, data: { diff: `diff ${number}` } } as const,
        { type: 'plan.updated', turnId, data: { explanation: `plan ${number}`, plan: [] } } as const,
        { type: 'warning', turnId, data: { message: `${number}` } } as const,
        {
          ...({ type: 'usage.updated', turnId } as const),
          data: { usage, chatUsage: usage, contextWindow: below(2) === 0 ? null : number },
        },
      ][below(4)] as EventDraft;
    });
    const mixed: EventDraft[] = [];
    for (const left = [...threads, states]; left.some(({ length }) => length > 0);) {
      const next = left[below(left.length)]?.shift();
      if (next) mixed.push(next);
    }
    return mixed;
  }

  /** Two turns, the second queued while the first runs. Each event is an append of its own, so that none is joined. */
  async function played(): Promise<TurnEntity[]> {
    const turns = [(await chats.addTurn(chat)).turn, (await chats.addTurn(chat)).turn];
    for (const turn of turns) {
      const others = turns.filter((other) => other !== turn);
      for (const event of script(turn.id)) {
        await append(event);
        if (below(6) === 0) {
          await append({ type: 'warning', turnId: others[0]?.id ?? null, data: { message: 'meanwhile' } });
        }
      }
      await chats.log.append(ref(), turnEnded(turn, COMPLETED, { usage: NO_USAGE }), 'retry');
    }
    return turns;
  }

  function shownBy(...logs: readonly (readonly ChatEvent[])[]): unknown {
    const shown = new Shown();
    for (const event of logs.flat()) shown.see(event);
    return shown.all;
  }

  it('leaves every reader with the same, from whatever number it goes on: seeded chats, a reader from each number', async () => {
    for (let round = 0; round < 8; round += 1) {
      chat = await chats.addChat();
      const turns = await played();
      const whole = await read();
      const wanted = shownBy(whole);
      for (const turn of turns) {
        await compact(turn);
        const kept = await read();
        expect(kept.length).toBeLessThan(whole.length);
        expect(shownBy(kept)).toEqual(wanted);
        for (const { seq } of whole) {
          expect(
            shownBy(
              whole.filter((event) => event.seq <= seq),
              await read(seq),
            ),
          ).toEqual(wanted);
        }
      }
      const kept = await read();
      expect(kept.map(({ previousSeq }) => previousSeq)).toEqual([0, ...kept.slice(0, -1).map(({ seq }) => seq)]);
      expect(kept.filter(({ type }) => /delta|command.output|item.updated/.test(type))).toEqual([]);
      for (const event of kept) {
        const { previousSeq, ...before } = whole.find(({ seq }) => seq === event.seq) as ChatEvent;
        expect(event).toEqual({ ...before, previousSeq: event.previousSeq });
        expect(previousSeq).toBe(event.seq - 1);
      }
    }
  });

  it('leaves a right log wherever it is killed, and ends the same when it is begun again', async () => {
    const [turn] = await played();
    for (let number = 0; number < 500; number += 1) {
      await append({ type: 'message.delta', turnId: 'x', data: { messageId: 'x', delta: 'x' } });
    }
    const whole = await read();
    const wanted = shownBy(whole);
    const { database } = chats;
    const write = database.write.bind(database);
    let isDone = false;
    for (let survived = 0; !isDone; survived += 1) {
      let writes = 0;
      database.write = async <T>(work: Write<T>): Promise<T> => {
        if (writes++ === survived) throw new Error('killed');
        return write(work);
      };
      isDone = await compact(turn as TurnEntity).then(
        () => true,
        () => false,
      );
      expect(shownBy(await read())).toEqual(wanted);
      expect(shownBy(whole.slice(0, 5), await read(5))).toEqual(wanted);
    }
    database.write = write;
    const once = await read();
    await compact(turn as TurnEntity);
    expect(await read()).toEqual(once);
    const row = await database.read.findOneByOrFail(TurnEntity, { id: turn?.id });
    expect(row.compactedAt).not.toBeNull();
  });

  it('takes nothing away from a turn that goes on', async () => {
    const { turn } = await chats.addTurn(chat, { status: 'running' });
    for (const event of script(turn.id)) await append(event);
    const whole = await read();
    await compact(turn);
    expect(await read()).toEqual(whole);
  });

  it('goes on under readers that follow, who get what is live as it was, and all of it', async () => {
    const [turn] = await played();
    const follower = new EventFollower(chats.log, chats.feed);
    const end = new AbortController();
    const shown = new Shown();
    // Before anything of the follower: what it brings stands behind them.
    (await read()).slice(0, 3).forEach((event) => shown.see(event));
    const following = (async () => {
      for await (const batch of follower.follow(ref(), 3, end.signal)) {
        batch.forEach((event) => shown.see(event));
        await sleep(1);
      }
    })();
    const compacting = compact(turn as TurnEntity);
    for (let number = 0; number < 300; number += 1) {
      void append({ type: 'warning', turnId: null, data: { message: `${number}` } });
    }
    await compacting;
    const [last] = await append({ type: 'warning', turnId: null, data: { message: 'last' } });
    while (shown.lastSeq < (last?.seq ?? Infinity)) await sleep(5);
    end.abort();
    await following;
    expect(shown.all).toEqual(shownBy(await read()));
  });

  it('comes to turns that ended long ago, also before an upgrade, and to none that ended just now', async () => {
    const turns = await played();
    const config = Object.assign(new ChatConfig(), { compactionDelaySeconds: 60 });
    const compaction = new LogCompaction(chats.database, config, chats.logger);
    const counted = (): Promise<number> => chats.database.read.countBy(EventEntity, { chatId: chat.id });
    const before = await counted();
    await compaction.compactDue();
    expect(await counted()).toBe(before);
    const endedAt = new Date(Date.now() - 120_000).toISOString();
    await chats.database.write((tx) => tx.update(TurnEntity, { id: turns[0]?.id }, { endedAt }));
    await compaction.compactDue();
    const rows = await chats.database.read.find(TurnEntity, { where: { chatId: chat.id }, order: { ordinal: 'ASC' } });
    expect(rows.map(({ compactedAt }) => compactedAt !== null)).toEqual([true, false]);
    expect(await counted()).toBeLessThan(before);
  });

  it('is left to the next start when the service stops, and to the next time when the disk is full', async () => {
    await played();
    const config = Object.assign(new ChatConfig(), { compactionDelaySeconds: 0 });
    const stopped = new LogCompaction(chats.database, config, chats.logger);
    await stopped.beforeApplicationShutdown();
    await stopped.compactDue();
    const compaction = new LogCompaction(chats.database, config, chats.logger);
    chats.database.fault = Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
    await compaction.compactDue();
    const left = (): Promise<number> => chats.database.read.countBy(TurnEntity, { compactedAt: IsNull() });
    expect(await left()).toBe(2);
    chats.database.fault = undefined;
    await compaction.compactDue();
    const rows = await chats.database.read.find(TurnEntity);
    expect(rows.every(({ compactedAt }) => compactedAt !== null)).toBe(true);
  });
});
