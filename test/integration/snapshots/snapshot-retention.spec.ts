import type { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { SnapshotConfig } from '../../../src/config/snapshot.config';
import { update, insert } from '../../../src/database/rows';
import { NOTHING, recorded, SnapshotRows } from '../../../src/snapshots/snapshot-rows';
import { referenceOf } from '../../../src/snapshots/snapshot-store';
import { WorkspaceSnapshot } from '../../../src/snapshots/workspace-snapshot.entity';
import { ChatFixture } from '../../support/chat-fixture';

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

describe('the snapshots of a chat', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
  });
  afterEach(() => chats.close());

  const rows = (settings: Partial<SnapshotConfig>): SnapshotRows =>
    new SnapshotRows(chats.database, Object.assign(new SnapshotConfig(), settings));
  const add = async (ages: readonly number[], of = chat): Promise<string[]> => {
    const ids: string[] = [];
    for (const [index, age] of ages.entries()) {
      const place = { kind: 'turn', turnId: null, position: 2 * (index + 1) } as const;
      const row = { ...recorded(of, place, NOTHING), createdAt: daysAgo(age) };
      await chats.database.write(insert(WorkspaceSnapshot, row));
      ids.push(row.id);
    }
    return ids;
  };
  const left = async (of = chat): Promise<string[]> => {
    const where = { chatId: of.id };
    return (await chats.database.read.find(WorkspaceSnapshot, { where, order: { id: 'ASC' } })).map(({ id }) => id);
  };

  it('are the newest of them, so many as are kept, and those of another chat all the same', async () => {
    const other = await chats.addChat();
    const [ids, others] = [await add([0, 0, 0, 0, 0]), await add([0, 0, 0, 0], other)];
    const forgotten = await rows({ kept: 3 }).trim(chat.id);
    expect(forgotten.toSorted()).toEqual(
      ids
        .slice(0, 2)
        .map((id) => referenceOf(chat.id, id))
        .toSorted(),
    );
    expect([await left(), await left(other)]).toEqual([ids.slice(2), others]);
    expect(await rows({ kept: 3 }).trim(chat.id)).toEqual([]);
  });

  it('are none that is too old, but for the newest, which says how the workspace is', async () => {
    const ids = await add([40, 31, 29, 1]);
    await rows({ days: 30 }).trim(chat.id);
    expect(await left()).toEqual(ids.slice(2));
    await chats.database.write(update(WorkspaceSnapshot, { chatId: chat.id }, { createdAt: daysAgo(100) }));
    await rows({ days: 30 }).trim(chat.id);
    expect(await left()).toEqual(ids.slice(3));
  });

  it('are bound by number and by age at once, and by neither age where that is not set', async () => {
    const ids = await add([400, 300, 200, 100, 50]);
    await rows({ days: 0 }).trim(chat.id);
    expect(await left()).toEqual(ids);
    await rows({ kept: 4, days: 150 }).trim(chat.id);
    expect(await left()).toEqual(ids.slice(3));
  });

  it('are one at least, where none are to be recorded any more', async () => {
    const ids = await add([0, 0]);
    await rows({ kept: 0 }).trim(chat.id);
    expect(await left()).toEqual(ids.slice(1));
  });

  it('are never that which a restore that is not at its end begins from', async () => {
    const ids = await add([90, 80, 70]);
    await chats.database.write(update(WorkspaceSnapshot, { id: ids[0] }, { restoring: 'a commit' }));
    await rows({ kept: 1, days: 30 }).trim(chat.id);
    expect(await left()).toEqual([ids[0], ids[2]]);
  });
});
