import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as sqlite3 from 'sqlite3';
import { eventually } from '../support/eventually';
import { wordedSuite } from '../support/worded-suite';

describe('the service was killed after it had deleted the rows of a chat, before its files', () => {
  const suite = wordedSuite();

  /** Does to the database what the service does first when it deletes a chat. */
  async function deleteRows(chatId: string): Promise<void> {
    const database = new sqlite3.Database(join(suite.service.dataRoot, 'db', 'chat.sqlite'));
    const run = (sql: string, parameters = [chatId]): Promise<void> =>
      new Promise((resolve, reject) => {
        database.run(sql, parameters, (error: Error | null) => (error ? reject(error) : resolve()));
      });
    await run(`PRAGMA foreign_keys = ON`, []);
    await run(
      `INSERT INTO removed_chats (chat_id, user_id, thread_ids, removed_at) SELECT id, user_id, json_array(codex_thread_id), updated_at FROM chat_sessions WHERE id = ?`,
    );
    await run(`DELETE FROM chat_sessions WHERE id = ?`);
    await new Promise((resolve) => database.close(resolve));
  }

  it("removes the chat's folder and codex's copy at the next start, and no other's", async () => {
    const [gone, stays] = [await suite.client.createChat(), await suite.client.createChat()];
    for (const { id } of [gone, stays]) await suite.client.ask(id, 'hello');
    const folder = (id: string) => join(suite.service.dataRoot, 'sessions', 'default', id);
    const copies = () => readdirSync(join(suite.service.dataRoot, 'codex_home', 'sessions'), { recursive: true });
    const rollouts = () => copies().filter((name) => String(name).endsWith('.jsonl'));
    expect(rollouts()).toHaveLength(2);
    await suite.service.kill();
    await deleteRows(gone.id);
    await suite.service.restart();

    await eventually('the folder is gone', () => !existsSync(folder(gone.id)));
    await eventually("codex's copy is gone", () => rollouts().length === 1);
    expect((await suite.client.ask(stays.id, 'and again')).turn.status).toBe('completed');
  });
});
