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
    await run(`UPDATE turns SET status = 'running', ended_at = NULL, synced = 0 WHERE id = ?`);
    await run(`UPDATE messages SET status = 'streaming', content = '[]' WHERE role = 'assistant' AND turn_id = ?`);
    await run(
      `DELETE FROM events WHERE turn_id = ?1 AND seq > (SELECT min(seq) FROM events WHERE turn_id = ?1 AND type = 'message.delta')`,
    );
    await run(
      `UPDATE chat_sessions SET last_seq = (SELECT max(seq) FROM events WHERE chat_id = chat_sessions.id)
       WHERE id = (SELECT chat_id FROM turns WHERE id = ?1)`,
    );
    await new Promise((resolve) => database.close(resolve));
  }

  it('replaces no text that was shown: a message that was cut by what steered the turn stays, the other is taken over', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'say 500 words every 10 ms');
    await record.until('text', () => record.publishedText.includes('word5 '));
    await suite.client.steer(id, 'stop that');
    await record.turnEnd(turnId);
    await record.close();
    await suite.service.kill();
    await forgetTheEnd(turnId);
    await suite.service.restart();

    const messages = await suite.service.client.messages(id);
    expect(messages.map((message) => [message.role, message.status, textOf(message)])).toEqual([
      ['user', 'final', 'say 500 words every 10 ms'],
      ['assistant', 'partial', expect.stringMatching(/^word0 /)],
      ['user', 'final', 'stop that'],
      ['assistant', 'final', 'You said: stop that'],
    ]);
    expect(await suite.service.client.turns(id)).toMatchObject([{ status: 'completed' }]);
  });

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
    expect(suite.model.requests.filter(({ lastUserText }) => lastUserText.startsWith('say 20'))).toHaveLength(1);
  });
});
