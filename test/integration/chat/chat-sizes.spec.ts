import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { ChatSizes } from '../../../src/chat/limits/chat-sizes';
import { StorageConfig } from '../../../src/config/storage.config';
import { update } from '../../../src/database/rows';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { eventually } from '../../support/eventually';
import { closeDatabase, GatedDatabase, openDatabase } from '../../support/open-database';
import { addChat } from '../../support/stored-chat';
import { newTurn } from '../../support/stored-turn';
import { TemporaryFolder } from '../../support/temporary-folder';

describe('the size of a chat', () => {
  const folder = new TemporaryFolder();
  let database: GatedDatabase;

  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(async () => {
    await closeDatabase(database);
    folder.remove();
  });

  it('is noted after what was written to the chat before, and not beside it', async () => {
    const chatId = await addChat(database);
    const turn = newTurn(chatId, { status: 'running' });
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: folder.path }));
    const sizes = new ChatSizes(directories, database);
    await mkdir(sizes.workspaceOf(turn), { recursive: true });
    await writeFile(join(sizes.workspaceOf(turn), 'file'), Buffer.alloc(200_000));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const titled = database.write(
      async (tx) => {
        await update(ChatEntity, { id: chatId }, { title: 'before' })(tx);
        await released;
      },
      { lane: chatId },
    );
    const measured = sizes.measure([turn]);
    await eventually('it waits for its turn', () => database.queuedWrites === 1);
    release();
    await Promise.all([titled, measured]);
    const chat = await database.read.findOneByOrFail(ChatEntity, { id: chatId });
    expect(chat.title).toBe('before');
    expect(chat.storedBytes).toBeGreaterThanOrEqual(200_000);
  });
});
