import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { AuditLog } from '../../access/audit/audit-log';
import { LimitSettings } from '../../access/limits/limit-settings';
import { DEFAULT_USER } from '../../auth/principal';
import { User } from '../../auth/user';
import { UserEntity } from '../../auth/user.entity';
import { Users } from '../../auth/users';
import { ChatRemoval } from '../../chat/chat-removal';
import { DisabledUsers } from '../../chat/disabled-users';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { withDeadline } from '../../common/deadline';
import { DomainError, unavailable } from '../../common/domain.error';
import { Database } from '../../database/database';
import { ProviderKeyEntity } from '../../gateway/catalog/provider-key.entity';
import { ErasedUsage } from '../../gateway/accounts/erased-usage';
import { GatewayKeyEntity } from '../../gateway/accounts/gateway-key.entity';
import { GatewayKeys } from '../../gateway/accounts/gateway-keys';
import { OwnerlessProjects } from '../../projects/ownerless-projects';
import { DataDirectories } from '../../runtime/data-directories';
import { removeFolder } from '../../runtime/remove-folder';
import { ErasedWords } from './erased-words';

const TURNS_END_MS = 30_000;
const PAGE = 50;

const NOT_ENDED = unavailable(
  'storage_unavailable',
  'Turns of the user have not ended yet: the user is disabled, and nothing was erased; try again later.',
);

/**
 * Erases a user and all that is theirs: the chats that they made, with workspace and codex's threads; what they wrote in the
 * chats of others; keys, sessions, projects. What their calls have used stays in the operator's sums, in nobody's name. What is left undone by a fault is done by a repeat.
 */
@Injectable()
export class UserErasure {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly turns: DisabledUsers,
    private readonly chats: ChatRemoval,
    private readonly words: ErasedWords,
    private readonly projects: OwnerlessProjects,
    private readonly keys: GatewayKeys,
    private readonly usage: ErasedUsage,
    private readonly limits: LimitSettings,
    private readonly directories: DataDirectories,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `storage_unavailable` */
  async erase(by: User, { id, disabledAt }: UserEntity): Promise<void> {
    if (disabledAt === null) await this.users.disable(id);
    await withDeadline(this.turns.endTurns(id), TURNS_END_MS, 'ending the turns of a user').catch(refuse);
    for (let chats = await this.chatsOf(id); chats.length > 0; chats = await this.chatsOf(id)) {
      for (const chat of chats) await this.chats.remove(chat);
    }
    await this.words.erase(id);
    await this.projects.passOn(id);
    for (const key of await this.database.read.findBy(GatewayKeyEntity, { userId: id })) await this.keys.delete(key.id);
    await this.usage.erase(id);
    await this.limits.forget('user', id);
    await this.database.write(async (tx) => {
      // Keys of providers are the service's, whoever has set them.
      await tx.update(ProviderKeyEntity, { userId: id }, { userId: DEFAULT_USER.id });
      const counters = `user:${id}:`;
      await tx.run('DELETE FROM "usage_counters" WHERE substr("id", 1, $1) = $2', [counters.length, counters]);
      await tx.run('DELETE FROM "limit_gates" WHERE "id" = $1', [`user:${id}`]);
      // The rows of the other tables go with it, by their foreign keys.
      await tx.delete(UserEntity, { id });
    });
    for (const root of [this.directories.users, this.directories.sessions]) await removeFolder(join(root, id));
    this.audit.record({ action: 'user.erased', by, target: { kind: 'user', id } });
  }

  private chatsOf(userId: string): Promise<ChatEntity[]> {
    return this.database.read.find(ChatEntity, { where: { userId }, order: { id: 'ASC' }, take: PAGE });
  }
}

function refuse(error: unknown): never {
  throw error instanceof DomainError ? error : NOT_ENDED;
}
