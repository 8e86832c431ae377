import { DataSource } from 'typeorm';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { now } from '../../../src/common/clock';
import { openWriter } from '../../../src/database/sqlite-data-source';
import { StoredItem } from '../../../src/gateway/responses-api/stored/stored-item.entity';
import { StoredResponse } from '../../../src/gateway/responses-api/stored/stored-response.entity';
import { schema } from '../../../src/schema';
import { newChat, USER_ID } from '../../support/stored-chat';
import { upTo } from '../../support/event-record';
import { newTurn } from '../../support/stored-turn';
import { TemporaryFolder } from '../../support/temporary-folder';

/** Of users and of projects, and of what is no more. */
const LIMITS = ['account_limits', 'usage_counters', 'limit_gates'];

const TABLES = [
  ...[
    'agent_actions',
    'approval_rules',
    'approvals',
    'chat_sessions',
    'events',
    'gateway_keys',
    'llm_sessions',
    'messages',
  ],
  ...['model_calls', 'provider_keys', 'turns', 'users'],
];

/** Tables of the search index, which have no entities; its rows belong to a chat alone. */
const SEARCH_TABLES = /^search_/;

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

const sorted = <T extends { name: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.name.localeCompare(b.name));

/** As the first of them has users; later ones have more columns. */
const insertUser = (database: DataSource): Promise<unknown> =>
  database.query('INSERT INTO users (id, display_name, created_at) VALUES (?, ?, ?)', [USER_ID, 'Ada', now()]);

describe('the migrations', () => {
  let folder: TemporaryFolder;
  let database: DataSource;

  beforeAll(async () => {
    folder = new TemporaryFolder();
    database = await openWriter(folder.path, schema);
  });
  afterAll(async () => {
    await database?.destroy();
    folder?.remove();
  });

  async function tables(): Promise<string[]> {
    const rows: { name: string }[] = await database.query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    return rows.map(({ name }) => name).filter((name) => name !== 'migrations');
  }

  async function shape(): Promise<unknown> {
    return database.query('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name');
  }

  /** Undoes this migration and all that came later. */
  async function undo(migration: string): Promise<void> {
    const first = database.migrations.findIndex(({ name }) => name === migration);
    for (let count = first; count < database.migrations.length; count += 1) {
      await database.undoLastMigration({ transaction: 'each' });
    }
  }

  it('make every table out of nothing, go back to nothing, and make the same again', async () => {
    expect(await tables()).toEqual([]);
    await database.runMigrations({ transaction: 'each' });
    const ofEntities = (await tables()).filter((name) => !SEARCH_TABLES.test(name));
    expect(ofEntities).toEqual(database.entityMetadatas.map(({ tableName }) => tableName).sort());
    expect(await tables()).toEqual(expect.arrayContaining(TABLES));
    const before = await shape();

    for (const { name } of [...database.migrations].reverse()) {
      expect(name).toBeDefined();
      await database.undoLastMigration({ transaction: 'each' });
    }
    expect(await tables()).toEqual([]);

    await database.runMigrations({ transaction: 'each' });
    expect(await shape()).toEqual(before);
  });

  it('are not run twice', async () => {
    expect(await database.runMigrations({ transaction: 'each' })).toEqual([]);
  });

  it('keep every turn, and whether codex has all of it, when that column is renamed and renamed back', async () => {
    const { manager } = database;
    const turns = [true, false].map((synced) => newTurn('chat', { synced }));
    await insertUser(database);
    await manager.insert(ChatEntity, newChat('chat'));
    await manager.save(TurnEntity, turns);
    const idsOf = (column: string): Promise<unknown> => database.query(`SELECT id FROM turns WHERE ${column}`);
    const synced = turns.slice(0, 1).map(({ id }) => ({ id }));
    expect(await idsOf('synced')).toEqual(synced);
    await undo('SyncedTurns1795500000000');
    expect(await idsOf('remembered')).toEqual(synced);
    await database.runMigrations({ transaction: 'each' });
    expect(await idsOf('synced')).toEqual(synced);
    expect(await manager.count(TurnEntity)).toBe(2);
    await database.query('DELETE FROM users WHERE id = ?', [USER_ID]);
  });

  it('find the items of responses that were stored before, each in the newest that has it', async () => {
    const { manager } = database;
    await undo('StoredItems1795650000000');
    await insertUser(database);
    const deep = `[{"id":"deep","content":${'['.repeat(5000)}${']'.repeat(5000)}}]`;
    const stored = [
      ['r2', '[{"id":"in1"},{"id":"out1"},{"id":7},5]', '{"output":[{"id":"out2"}]}'],
      ['r1', '[{"id":"in1"}]', '{"output":[{"id":"out1"}]}'],
      ['r3', deep, '{"output":[{"id":"out3"}]}'],
      ['r4', '[]', '{}'],
    ];
    for (const [id = '', input = '', response = ''] of stored) {
      await manager.insert(StoredResponse, {
        userId: USER_ID,
        id,
        createdAt: `2026-01-0${id[1]}`,
        size: 1,
        response,
        input,
      });
    }
    await database.runMigrations({ transaction: 'each' });
    const items = await manager.find(StoredItem, { order: { itemId: 'ASC' } });
    expect(items.map(({ itemId, responseId }) => [itemId, responseId])).toEqual([
      ...[
        ['deep', 'r3'],
        ['in1', 'r2'],
        ['out1', 'r2'],
        ['out2', 'r2'],
        ['out3', 'r3'],
      ],
    ]);
    await database.query('DELETE FROM users WHERE id = ?', [USER_ID]);
  });

  it('number turns, messages, actions and approvals of older chats as they came, and keep what those have used', async () => {
    await undo('OrderInChats1796010000000');
    const { manager } = database;
    await insertUser(database);
    const usage = '{"inputTokens":7,"cachedInputTokens":1,"outputTokens":2,"reasoningOutputTokens":0,"totalTokens":9}';
    for (const chat of ['c1', 'c2']) {
      await database.query(
        `INSERT INTO chat_sessions (id, user_id, title, backend, approval_policy, sandbox_mode, archived, usage, created_at,
          updated_at) VALUES ($1, 'default', '', 'demo', 'never', 'read-only', 0, '${usage}', '', '')`,
        [chat],
      );
    }
    const idOf = (number: number): string => `00000000-0000-7000-8000-00000000000${number}`;
    const [firstTurn, secondTurn, question, queued, answer, action, approval, rule] = upTo(8).map(idOf);
    for (const [id, chat] of [
      [firstTurn, 'c1'],
      [secondTurn, 'c1'],
      [idOf(9), 'c2'],
    ]) {
      await database.query(
        `INSERT INTO turns (id, user_id, chat_id, status, options, synced, usage, created_at)
          VALUES ($1, 'default', $2, 'completed', '{}', 1, '{}', '')`,
        [id, chat],
      );
    }
    const messages = [question, queued, answer];
    for (const [index, id] of messages.entries()) {
      await database.query(
        `INSERT INTO messages (id, user_id, chat_id, turn_id, role, content, status, created_at)
          VALUES ($1, 'default', 'c1', $2, 'user', '[]', 'final', '')`,
        [id, index === 1 ? secondTurn : firstTurn],
      );
    }
    await database.query(
      `INSERT INTO agent_actions (id, user_id, chat_id, turn_id, kind, status, title, data, started_at)
        VALUES ($1, 'default', 'c1', $2, 'command', 'completed', '', '{}', '')`,
      [action, firstTurn],
    );
    await database.query(
      `INSERT INTO approvals (id, user_id, chat_id, turn_id, kind, request, decisions, status, created_at, expires_at)
        VALUES ($1, 'default', 'c1', $2, 'command', '{}', '[]', 'resolved', '', '')`,
      [approval, firstTurn],
    );
    await database.query(
      `INSERT INTO approval_rules (id, user_id, chat_id, prefix, approval_id, created_at)
        VALUES ($1, 'default', 'c1', '[]', $2, '')`,
      [rule, approval],
    );
    const events = [
      ...['message.created', 'turn.queued', 'message.created', 'item.started', 'approval.requested'],
      ...['approval_rule.created', 'message.created', 'turn.completed'],
    ];
    const data = [
      ...[{ message: { id: question, content: [] } }, {}, { message: { id: queued } }, { item: { id: action } }],
      ...[{ approval: { id: approval } }, { rule: { id: rule } }, { message: { id: answer } }, {}],
    ];
    for (const [index, type] of events.entries()) {
      await database.query(
        `INSERT INTO events (chat_id, seq, user_id, turn_id, type, at, data) VALUES ('c1', $1, 'default', NULL, $2, '', $3)`,
        [index + 1, type, JSON.stringify(data[index])],
      );
    }

    await database.runMigrations({ transaction: 'each' });

    const seqsOf = async (table: string): Promise<number[]> => {
      const rows: { seq: number }[] = await database.query(`SELECT seq FROM ${table} ORDER BY id`);
      return rows.map(({ seq }) => seq);
    };
    expect(await seqsOf('messages')).toEqual([1, 3, 7]);
    expect(await seqsOf('agent_actions')).toEqual([4]);
    expect(await seqsOf('approvals')).toEqual([5]);
    expect(await seqsOf('approval_rules')).toEqual([6]);
    const turns = await manager.find(TurnEntity, { order: { id: 'ASC' }, select: { id: true, ordinal: true } });
    expect(turns.map(({ ordinal }) => ordinal)).toEqual([1, 2, 1]);
    const chats = await manager.find(ChatEntity, { order: { id: 'ASC' } });
    expect(chats.map(({ lastSeq }) => lastSeq)).toEqual([8, 0]);
    expect(chats.map((chat) => ({ ...chat.usage }))).toEqual([JSON.parse(usage), JSON.parse(usage)]);

    await undo('OrderInChats1796010000000');
    const kept: { usage: string }[] = await database.query('SELECT usage FROM chat_sessions');
    expect(kept.map((row) => JSON.parse(row.usage) as unknown)).toEqual([JSON.parse(usage), JSON.parse(usage)]);
    await database.runMigrations({ transaction: 'each' });
    await database.query('DELETE FROM users WHERE id = ?', [USER_ID]);
  });

  it('make the columns that the entities describe', async () => {
    for (const { tableName, columns } of database.entityMetadatas) {
      const rows: ColumnRow[] = await database.query(`PRAGMA table_info(${tableName})`);
      const described = columns.map((column) => ({
        ...{ name: column.databaseName, type: database.driver.normalizeType(column) },
        ...{ isNullable: column.isNullable, isPrimary: column.isPrimary },
      }));
      const made = rows.map(({ name, type, notnull, pk }) => ({
        ...{ name, type: type.toLowerCase(), isNullable: notnull === 0, isPrimary: pk > 0 },
      }));
      expect({ tableName, columns: sorted(made) }).toEqual({ tableName, columns: sorted(described) });
    }
  });

  it('make the indices that the entities describe', async () => {
    for (const { tableName, indices } of database.entityMetadatas) {
      const rows: { name: string; unique: number; origin: string }[] = await database.query(
        `PRAGMA index_list(${tableName})`,
      );
      const made = rows
        .filter(({ origin }) => origin === 'c')
        .map(async ({ name, unique }) => {
          const columns: { name: string }[] = await database.query(`PRAGMA index_info(${name})`);
          return { name: columns.map((column) => column.name).join(), isUnique: unique === 1 };
        });
      const described = indices.map(({ columns, isUnique }) => ({
        ...{ name: columns.map(({ databaseName }) => databaseName).join(), isUnique },
      }));
      expect({ tableName, made: sorted(await Promise.all(made)) }).toEqual({ tableName, made: sorted(described) });
    }
  });

  it('give every row an owner, and delete what belongs to a chat with it', async () => {
    // What is left of deleted chats, and content in the store, has to go although their owner is gone, too.
    const others = [
      'account_links',
      'users',
      'removed_chats',
      'blobs',
      'storage_state',
      'projects',
      'audit_entries',
      // They are the project's: whoever uploaded one may go.
      'project_files',
      // A project's, or a user's; what chats were made from is theirs together.
      'templates',
      'template_versions',
      // Those of a project are nobody's own.
      'project_skills',
      'mcp_servers',
      'webhooks',
      'webhook_deliveries',
      'push_notices',
      'project_repositories',
      ...LIMITS,
    ];
    for (const table of (await tables()).filter((name) => !others.includes(name) && !SEARCH_TABLES.test(name))) {
      const columns: { name: string; notnull: number }[] = await database.query(`PRAGMA table_info(${table})`);
      expect(columns).toContainEqual(expect.objectContaining({ name: 'user_id', notnull: 1 }));
      const keys: { table: string; from: string; on_delete: string }[] = await database.query(
        `PRAGMA foreign_key_list(${table})`,
      );
      expect(keys).toContainEqual(expect.objectContaining({ table: 'users', from: 'user_id' }));
      // Where the chat may be missing (what was paid for, say), the row outlives it.
      if (!columns.some(({ name, notnull }) => name === 'chat_id' && notnull === 1)) continue;
      expect(keys).toContainEqual(
        expect.objectContaining({ table: 'chat_sessions', from: 'chat_id', on_delete: 'CASCADE' }),
      );
    }
  });

  it('open in WAL mode with foreign keys, synchronous=NORMAL and a timeout', async () => {
    const settings = ['journal_mode', 'foreign_keys', 'synchronous', 'busy_timeout'];
    const values: unknown[] = [];
    for (const setting of settings) {
      const [row]: Record<string, unknown>[] = await database.query(`PRAGMA ${setting}`);
      values.push(...Object.values(row ?? {}));
    }
    expect(values).toEqual(['wal', 1, 1, 5000]);
  });
});
