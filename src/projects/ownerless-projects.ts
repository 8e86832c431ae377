import { Injectable } from '@nestjs/common';
import { ProjectMemberEntity } from '../access/project-member.entity';
import { ProjectEntity } from '../access/project.entity';
import { Database } from '../database/database';
import { update } from '../database/rows';
import { ProjectChats } from './project-chats';

const RANK = ['owner', 'editor', 'viewer'];

/** What becomes of the projects of somebody who goes for good. */
@Injectable()
export class OwnerlessProjects {
  constructor(
    private readonly database: Database,
    private readonly chats: ProjectChats,
  ) {}

  /**
   * Gives the projects whose only owner a user is to the member with the next role, who was there first; deletes those that
   * have no other member.
   */
  async passOn(userId: string): Promise<void> {
    const { read } = this.database;
    for (const { projectId } of await read.findBy(ProjectMemberEntity, { userId, role: 'owner' })) {
      const members = await read.findBy(ProjectMemberEntity, { projectId });
      const others = members
        .filter((member) => member.userId !== userId)
        .sort((a, b) => RANK.indexOf(a.role) - RANK.indexOf(b.role) || (a.id < b.id ? -1 : 1));
      const [heir] = others;
      if (heir === undefined) {
        await this.chats.deleteAll(projectId);
        await this.database.write((tx) => tx.delete(ProjectEntity, { id: projectId }));
      } else if (heir.role !== 'owner') {
        await this.database.write(update(ProjectMemberEntity, { id: heir.id }, { role: 'owner' }));
      }
    }
  }
}
