import { NO_USAGE } from '../../../src/chat/entities/token-usage.dto';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import type { LogEntry } from '../../../src/chat/event-log/log-entry';
import { COMPLETED, INTERRUPTED, turnEnded, TurnEndedError, turnStarted } from '../../../src/chat/turns/turn-state';
import { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat, USER_ID } from '../../support/stored-chat';
import { newTurn } from '../../support/stored-turn';

describe('the states of a turn in the database', () => {
  let database: Database;
  let log: EventLog;
  let turn: TurnEntity;

  beforeEach(async () => {
    database = await openDatabase();
    log = new EventLog(database, new EventFeed());
    turn = newTurn(await addChat(database));
    await database.write(insert(TurnEntity, turn));
  });
  afterEach(() => closeDatabase(database));

  const append = (entry: LogEntry) => log.append({ chatId: turn.chatId, userId: USER_ID }, entry, 'retry');
  const copy = () => ({ ...turn });
  const stored = async () => {
    const events = await log.read(turn.chatId, 0, 10);
    return [
      (await database.read.findOneByOrFail(TurnEntity, { id: turn.id })).status,
      ...events.map(({ type }) => type),
    ];
  };

  it('lead to one end: whoever comes later with another is refused, with all that he brings', async () => {
    await append(turnStarted(copy()));
    await append(turnEnded(copy(), COMPLETED, { usage: NO_USAGE }));
    await expect(append(turnEnded(copy(), INTERRUPTED, { usage: NO_USAGE }))).rejects.toBeInstanceOf(TurnEndedError);
    expect(await stored()).toEqual(['completed', 'turn.started', 'turn.completed']);
  });

  it('lead from the queue to an end, and not back', async () => {
    await append(turnEnded(copy(), INTERRUPTED, { usage: NO_USAGE }));
    await expect(append(turnStarted(copy()))).rejects.toBeInstanceOf(TurnEndedError);
    expect(await stored()).toEqual(['interrupted', 'turn.completed']);
  });

  it('are those of one turn alone', async () => {
    const other = newTurn(turn.chatId);
    await database.write(insert(TurnEntity, other));
    await append(turnStarted(copy()));
    expect(await database.read.findOneByOrFail(TurnEntity, { id: other.id })).toMatchObject({ status: 'queued' });
  });
});
