import { join } from 'node:path';
import * as sqlite3 from 'sqlite3';
import { upTo } from '../support/event-record';
import { textOf } from '../support/relay-client';
import { words } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

describe('the service was killed after codex had finished a turn, before that was stored', () => {
  const suite = wordedSuite();

  /** Takes the database back to the moment after the first word was shown. */
  async function forgetTheEnd(turnId: string): Promise<void> {
    const database = new sqlite3.Database(join(suite.service.dataRoot, 'db', 'chat.sqlite'));
    const run = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => {
        database.run(sql, [turnId], (error: Error | null) => (error ? reject(error) : resolve()));
      });
    await run(`UPDATE turns SET status = 'running', ended_at = NULL, remembered = 0 WHERE id = ?`);
    await run(`UPDATE messages SET status = 'streaming', content = '[]' WHERE role = 'assistant' AND turn_id = ?`);
    await run(
      `DELETE FROM events WHERE turn_id = ?1 AND seq > (SELECT min(seq) FROM events WHERE turn_id = ?1 AND type = 'message.delta')`,
    );
    await new Promise((resolve) => database.close(resolve));
  }

  it('takes the answer over, ends the turn once, and does not run it again', async () => {
    const { id } = await suite.client.createChat();
    const { turn } = await suite.client.ask(id, {
      content: 'say 20 words every 10 ms',
      clientMessageId: 'mine',
    });
    await suite.service.kill();
    await forgetTheEnd(turn.id);
    await suite.service.restart();

    const { client } = suite.service;
    expect(await client.turns(id)).toMatchObject([{ id: turn.id, status: 'completed', error: null }]);
    const [, answer] = await client.messages(id);
    expect(answer).toMatchObject({ role: 'assistant', status: 'final' });
    expect(textOf(answer)).toBe(words(20));
    const events = await client.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    expect(events.filter(({ type }) => type === 'turn.completed')).toHaveLength(1);

    const again = await client.ask(id, { content: 'say 20 words every 10 ms', clientMessageId: 'mine' });
    expect(again.turn.id).toBe(turn.id);
    expect(suite.model.requests).toHaveLength(1);
  });
});
