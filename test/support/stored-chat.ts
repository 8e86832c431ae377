import { personalProject, personalProjectId } from '../../src/access/personal-project';
import { newUser, UserEntity } from '../../src/auth/user.entity';
import { ChatEntity } from '../../src/chat/entities/chat.entity';
import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import { now } from '../../src/common/clock';
import { newId } from '../../src/common/ids';
import { Database } from '../../src/database/database';
import { insert } from '../../src/database/rows';

export const USER_ID = 'default';

/** Stores a user with a project of its own, unless there already is one of that id. */
export async function addUser(database: Database, id = USER_ID): Promise<void> {
  if (await database.read.findOneBy(UserEntity, { id })) return;
  await database.write(insert(UserEntity, newUser({ id, displayName: id, createdAt: now() }))).catch(() => undefined);
  await database.write(personalProject(id)).catch(() => undefined);
}

/** An empty chat. */
export function newChat(id: string, userId = USER_ID): ChatEntity {
  const at = now();
  return {
    ...{
      id,
      userId,
      projectId: personalProjectId(userId),
      title: '',
      backend: 'demo',
      model: null,
      instructions: null,
      archived: false,
    },
    ...{
      approvalPolicy: 'on-request',
      sandboxMode: 'workspace-write',
      codexThreadId: null,
      templateVersionId: null,
      networkAccess: false,
      usage: NO_USAGE,
    },
    ...{
      leftOut: null,
      lastSeq: 0,
      storedBytes: 0,
      snapshotBytes: 0,
      hasPlanned: false,
      mcpServers: null,
      skills: [],
      toldInstructions: null,
    },
    ...{ familyId: id, parentId: null, parentTurnId: null, branchKey: null, threadOrigin: null },
    ...{ queueHeld: false, queuePass: null, queueRevision: 0 },
    ...{ createdAt: at, updatedAt: at },
  };
}

/** Stores an empty chat; returns its id. */
export async function addChat(database: Database, userId = USER_ID): Promise<string> {
  await addUser(database, userId);
  const chat = newChat(newId(), userId);
  await database.write(insert(ChatEntity, chat));
  return chat.id;
}
