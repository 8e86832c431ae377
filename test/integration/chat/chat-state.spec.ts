import { Authors } from '../../../src/access/authors';
import type { AgentEvent } from '../../../src/app-server/agent/agent-event';
import type { AgentAction } from '../../../src/app-server/agent/agent-item';
import { AgentPolicies } from '../../../src/chat/agent-policies';
import { ChatState } from '../../../src/chat/chat-state';
import { ChatStateQueryDto } from '../../../src/chat/dto/chat-state.dto';
import { ChatStateReader } from '../../../src/chat/chat-state-reader';
import { toMessageDto } from '../../../src/chat/dto/message.dto';
import { toTurnDto } from '../../../src/chat/dto/turn.dto';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { NO_USAGE } from '../../../src/chat/entities/token-usage.dto';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { ChatEvent, EventDraft } from '../../../src/chat/event-log/chat-event';
import { concat, insertAt, type LogEntry } from '../../../src/chat/event-log/log-entry';
import { TurnProjection } from '../../../src/chat/projection/turn-projection';
import {
  chatUsed,
  COMPLETED,
  INTERRUPTED,
  turnEnded,
  turnStarted,
  type TurnOutcome,
} from '../../../src/chat/turns/turn-state';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { insert } from '../../../src/database/rows';
import { applyEvents } from '../../../web/src/log/chat-reducer';
import { type ChatView, emptyView } from '../../../web/src/log/chat-view';
import type { ChatState as ShownState } from '../../../web/src/api/types';
import { viewOf, withEarlier } from '../../../web/src/log/state-view';
import { Random } from '../../chaos/seeded-random';
import { DATABASE_UNDER_TEST } from '../../support/open-database';
import { ChatFixture } from '../../support/chat-fixture';
import { type Content, somethingOf } from '../../support/random-happening';
import { newMessage, newTurn } from '../../support/stored-turn';

/** What the web client takes for the same: its types are those of the OpenAPI document. */
type ShownEvents = Parameters<typeof applyEvents>[1];

const query = (change: Partial<ChatStateQueryDto> = {}) => Object.assign(new ChatStateQueryDto(), change);
const user = { id: 'default', isAdmin: true };

describe('the state of a chat', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let state: ChatState;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    const policies = new AgentPolicies(new ChatConfig(), new PoolConfig());
    const { database, directory } = chats;
    const reader = new ChatStateReader(database, policies, new Authors(database));
    state = new ChatState(directory, reader);
  });
  afterEach(() => chats.close());

  const record = (entry: LogEntry) => chats.log.append({ chatId: chat.id, userId: chat.userId }, entry, 'retry');
  const read = async (change: Partial<ChatStateQueryDto> = {}): Promise<ShownState> =>
    (await state.read(user, chat.id, query(change))) as unknown as ShownState;
  const events = async (): Promise<ChatEvent[]> => chats.log.read(chat.id, 0, 100_000);
  const fold = (view: ChatView, some: readonly ChatEvent[]): ChatView => {
    const applied = applyEvents(view, some as unknown as ShownEvents);
    expect(applied.gap).toBe(false);
    return applied.view;
  };

  async function queue(ordinal: number, position = 0, usageBefore = NO_USAGE): Promise<Running> {
    const turn = newTurn(chat.id, { ordinal });
    const message = newMessage(turn, 'user', `question ${ordinal}`);
    const author = { id: turn.authorId ?? '', displayName: turn.authorId ?? '' };
    const data = { message: toMessageDto(message, author) };
    const created: EventDraft = { type: 'message.created', turnId: turn.id, data };
    await record({
      events: [created, { type: 'turn.queued', turnId: turn.id, data: { turn: toTurnDto(turn), position } }],
      writes: [insert(TurnEntity, turn), insertAt(MessageEntity, message, created)],
    });
    return new Running(turn, new TurnProjection(turn, usageBefore, '/w'));
  }

  /** Stores turns that have ended, with one answer each. */
  async function addTurns(count: number, from = 1): Promise<void> {
    for (let ordinal = from; ordinal < from + count; ordinal++) {
      const running = await queue(ordinal);
      await record(running.start());
      await record(
        running.apply({ type: 'itemCompleted', item: { id: 'm', type: 'message', text: `answer ${ordinal}` } }),
      );
      await record(running.end());
    }
  }

  it('has the newest turns first, and gives those before them by a cursor', async () => {
    await addTurns(7);
    const newest = await read({ turns: 3 });
    const texts = ({ turns }: ShownState) =>
      turns.map(({ messages }) => messages.map(({ message }) => message.content));
    expect(
      texts(newest)
        .flat(2)
        .map((part) => ('text' in part ? part.text : '')),
    ).toEqual([5, 6, 7].flatMap((ordinal) => [`question ${ordinal}`, `answer ${ordinal}`]));
    const before = await read({ turns: 3, before: newest.previousCursor ?? '' });
    const first = await read({ turns: 3, before: before.previousCursor ?? '' });
    expect([before.turns.length, first.turns.length, first.previousCursor]).toEqual([3, 1, null]);
    const whole = withEarlier(withEarlier(viewOf(newest), before), first);
    expect(whole).toEqual(viewOf(await read({ turns: 50 })));
  });

  it('refuses a cursor of another chat, and a chat of somebody else', async () => {
    await addTurns(3);
    const { previousCursor } = await read({ turns: 1 });
    const other = await chats.addChat();
    await expect(state.read(user as never, other.id, query({ before: previousCursor ?? '' }))).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
    await expect(state.read({ id: 'eve', isAdmin: false }, chat.id, query())).rejects.toMatchObject({
      code: 'chat_not_found',
    });
  });

  it('has every turn that waits or runs on its newest page, with its place in the queue', async () => {
    const running = await queue(1);
    await record(running.start());
    const waiting = [await queue(2, 1), await queue(3, 2), await queue(4, 3)];
    const { turns, queue: queued, chat: shown, previousCursor } = await read({ turns: 1 });
    expect(turns.map(({ turn, position }) => [turn.status, position])).toEqual([
      ...[['running', 0] as const, ['queued', 1] as const, ['queued', 2] as const, ['queued', 3] as const],
    ]);
    expect(queued).toEqual(waiting.map(({ turn }, index) => ({ turnId: turn.id, position: index + 1 })));
    expect([shown.status, previousCursor]).toEqual(['running', null]);
  });

  it('cuts long outputs and diffs, and says how long they are', async () => {
    const running = await queue(1);
    await record(running.start());
    const output = Array.from({ length: 5_000 }, (_, line) => `line ${line}`).join('\n');
    const data = { command: 'make', cwd: '.', output, exitCode: 0, durationMs: 1 };
    const action: AgentAction = { kind: 'command', status: 'completed', title: 'make', data };
    await record(running.apply({ type: 'itemCompleted', item: { id: 'c', type: 'action', action } }));
    const diff = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n${'+more\n'.repeat(2_000)}`;
    await record(running.apply({ type: 'diffUpdated', diff: `${diff}old` }));
    await record(running.apply({ type: 'diffUpdated', diff }));
    await record(running.end());
    const [turn] = (await read()).turns;
    const [placed] = turn?.actions ?? [];
    expect(placed).toMatchObject({ truncated: true, size: output.length + 'make'.length + 1 });
    const shown = placed?.action.kind === 'command' ? placed.action.data.output : '';
    expect(shown.length).toBeLessThanOrEqual(1_500);
    expect(output.endsWith(`\n${shown}`)).toBe(true);
    expect(turn?.diff).toMatchObject({ truncated: true, size: diff.length, files: 1 });
    expect(await state.turnDiff(user as never, chat.id, running.turn.id)).toEqual({ diff });
  });

  const onSqlite = DATABASE_UNDER_TEST === 'sqlite' ? it : it.skip;
  onSqlite('finds what the log alone tells by an index, and its rows by theirs', async () => {
    await addTurns(1);
    const plans: string[] = [];
    const { snapshot } = chats.database;
    chats.database.snapshot = (reads) =>
      snapshot.call(chats.database, async (manager) => {
        const { connection } = manager;
        const { logger } = connection;
        const statements: [string, unknown[]][] = [];
        const log = (text: string, parameters?: unknown[]) => void statements.push([text, parameters ?? []]);
        connection.setOptions({ logging: ['query'] });
        Object.assign(connection, { logger: { ...NO_LOGGER, logQuery: log } });
        const result = await reads(manager);
        Object.assign(connection, { logger });
        expect(statements.length).toBeLessThanOrEqual(17);
        for (const [text, parameters] of statements.filter(([each]) => each.startsWith('SELECT'))) {
          const steps = await manager.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${text}`, parameters);
          plans.push(...steps.map(({ detail }) => detail));
        }
        return result;
      }) as never;
    await read();
    expect(plans.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(plans.join('\n')).toContain('USING COVERING INDEX events_shown (turn_id=?');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is at every number of the log what its events up to there have made (seed %i)',
    async (seed) => {
      const random = new Random(seed);
      const states: ShownState[] = [await read()];
      const doing = async (entry: LogEntry): Promise<void> => {
        if (entry.events.length > 0) await record(entry);
        if (random.chance(0.6)) states.push(await read());
      };
      for (let ordinal = 1; ordinal <= 3; ordinal++) {
        const { usage: before } = await chats.database.read.findOneByOrFail(ChatEntity, { id: chat.id });
        const running = await queue(ordinal, ordinal - 1, before);
        states.push(await read());
        await doing(running.start());
        const length = random.between(5, 40);
        for (let step = 0; step < length; step++) await doing(running.apply(somethingOf(random)));
        await doing(running.end(random.pick([COMPLETED, INTERRUPTED, FAILED])));
      }
      const all = await events();
      const whole = normal(fold(emptyView, all));
      for (const one of states) {
        const upTo = all.filter(({ seq }) => seq <= one.seq);
        expect(normal(viewOf(one))).toEqual(normal(fold(emptyView, upTo)));
        expect(normal(fold(viewOf(one), all))).toEqual(whole);
      }
    },
  );

  it('is of one number although much is written while it is read', async () => {
    const running = await queue(1);
    await record(running.start());
    let isOver = false;
    const writing = (async () => {
      const random = new Random(7);
      for (let step = 0; step < 400; step++) await record(running.apply(somethingOf(random)));
      await record(running.end());
      isOver = true;
    })();
    const states: ShownState[] = [];
    while (!isOver) states.push(await read());
    await writing;
    const all = await events();
    const whole = normal(fold(emptyView, all));
    expect(new Set(states.map(({ seq }) => seq)).size).toBeGreaterThan(5);
    for (const one of states) {
      expect(normal(viewOf(one))).toEqual(
        normal(
          fold(
            emptyView,
            all.filter(({ seq }) => seq <= one.seq),
          ),
        ),
      );
      expect(normal(fold(viewOf(one), all))).toEqual(whole);
    }
  });

  it('is read by turns from a chat with 20,000 events, also of one turn that runs', async () => {
    await addTurns(30);
    const running = await queue(31);
    await record(running.start());
    await record(running.apply({ type: 'itemCompleted', item: { id: 'm', type: 'message', text: 'done' } }));
    const { lastSeq } = await chats.database.read.findOneByOrFail(ChatEntity, { id: chat.id });
    const delta = { chatId: chat.id, userId: chat.userId, turnId: running.turn.id, type: 'message.delta', at: '' };
    for (let start = 1; start <= 20_000; start += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => {
        return {
          ...delta,
          seq: lastSeq + start + index,
          previousSeq: lastSeq + start + index - 1,
          data: { messageId: 'gone', delta: 'word ' },
        };
      });
      await chats.database.write(insert(EventEntity, rows));
    }
    await chats.database.write((tx) => tx.update(ChatEntity, { id: chat.id }, { lastSeq: lastSeq + 20_000 }));
    const { turns, seq } = await read();
    expect([turns.length, seq]).toEqual([20, lastSeq + 20_000]);
  }, 120_000);
});

/** A turn that runs, as its agent tells of it. */
class Running {
  constructor(
    readonly turn: TurnEntity,
    private readonly projection: TurnProjection,
  ) {}

  start(): LogEntry {
    return turnStarted(this.turn);
  }

  apply(event: Content): LogEntry {
    return this.projection.apply({ turnId: 't', ...event } as unknown as AgentEvent);
  }

  end(outcome: TurnOutcome = COMPLETED): LogEntry {
    const used = this.projection.turnUsage;
    const ended = turnEnded(this.turn, outcome, { usage: used });
    return concat(this.projection.close(), {
      ...ended,
      writes: [...(ended.writes ?? []), chatUsed(this.turn.chatId, used)],
    });
  }
}

const FAILED = { status: 'failed', error: { code: 'turn_failed', message: 'It broke.' } } as const;
const NO_LOGGER = {
  ...{ logQueryError: () => undefined, logQuerySlow: () => undefined, logSchemaBuild: () => undefined },
  ...{ logMigration: () => undefined, log: () => undefined },
};

/** Without what a view does not show: a chat without any usage, and that it is here in part. */
function normal(view: ChatView): unknown {
  return {
    ...view,
    usage: { ...(view.usage ?? NO_USAGE) },
    // The log does not tell it when turns come, begin or end.
    queueVersion: null,
    turns: view.turns.map((turn) => ({ ...turn, usage: turn.usage ?? NO_USAGE, diff: turn.diff?.text ?? null })),
  };
}
