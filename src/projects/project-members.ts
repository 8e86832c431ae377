import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AccessChanges } from '../access/access-changes';
import { AuditLog } from '../access/audit/audit-log';
import { Authors } from '../access/authors';
import { ProjectMemberEntity, ProjectRole } from '../access/project-member.entity';
import { ProjectEntity } from '../access/project.entity';
import { UserEntity } from '../auth/user.entity';
import { NOBODY } from '../auth/principal';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, invalid, notFound } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { decodeCursor, Page, PageRequest, readPage } from '../database/page';
import { insert, update } from '../database/rows';
import type { WriteTransaction } from '../database/write-transaction';
import { AddMemberDto, MemberDto } from './project.dto';

const MAX_MEMBERS = 1_000;

/** Who may use a project. Its owners say so; one of them stays. */
@Injectable()
export class ProjectMembers {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly changes: AccessChanges,
    private readonly authors: Authors,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `project_not_found` */
  async list(user: User, projectId: string, { limit, cursor }: PageRequest): Promise<Page<MemberDto>> {
    await this.access.requireProject(user, projectId, 'read');
    const query = this.database.read
      .createQueryBuilder(ProjectMemberEntity, 'member')
      .where('member.projectId = :projectId', { projectId })
      .orderBy('member.id', 'ASC');
    if (cursor !== undefined) query.andWhere('member.id > :id', { id: decodeCursor(cursor)[0] });
    const page = await readPage(query, limit, ({ id }) => id);
    const names = await this.authors.of(page.data.map(({ userId }) => userId));
    const named = page.data.map((row) => toDto(row, names.get(row.userId)?.displayName));
    return { ...page, data: named };
  }

  /** @throws DomainError `project_not_found`, `read_only`, `personal_project`, `user_not_found`, `already_member`, `too_many_members` */
  async add(user: User, projectId: string, input: AddMemberDto): Promise<MemberDto> {
    await this.access.requireProject(user, projectId, 'manage');
    const added = await this.userOf(input);
    const row: ProjectMemberEntity = {
      ...{ id: newId(), projectId, userId: added.id, role: input.role, createdAt: now() },
    };
    await this.database.write(async (tx) => {
      const project = await this.lock(tx, projectId);
      if (project.personalOf !== null) throw PERSONAL;
      const members = await tx.findBy(ProjectMemberEntity, { projectId });
      if (members.some(({ userId }) => userId === added.id)) {
        throw conflict('already_member', 'This user is a member already; change the role instead.');
      }
      if (members.length >= MAX_MEMBERS)
        throw conflict('too_many_members', `A project has at most ${MAX_MEMBERS} members.`);
      await insert(ProjectMemberEntity, row)(tx);
    });
    this.note(user, 'project.member_added', projectId, { userId: added.id, role: input.role });
    return toDto(row, added.displayName);
  }

  /** @throws DomainError `project_not_found`, `read_only`, `member_not_found`, `last_owner` */
  async change(user: User, projectId: string, userId: string, role: ProjectRole): Promise<MemberDto> {
    await this.access.requireProject(user, projectId, 'manage');
    const row = await this.database.write(async (tx) => {
      await this.lock(tx, projectId);
      const member = await this.memberIn(tx, projectId, userId);
      if (role !== 'owner') await this.requireOtherOwner(tx, member);
      await update(ProjectMemberEntity, { id: member.id }, { role })(tx);
      return { ...member, role };
    });
    this.changes.tell({ userId });
    this.note(user, 'project.member_changed', projectId, { userId, role });
    return toDto(row, (await this.authors.one(userId)).displayName);
  }

  /** Owners remove anybody, everybody leaves by themselves. @throws DomainError as `change` */
  async remove(user: User, projectId: string, userId: string): Promise<void> {
    await this.access.requireProject(user, projectId, userId === user.id ? 'read' : 'manage');
    await this.database.write(async (tx) => {
      await this.lock(tx, projectId);
      const member = await this.memberIn(tx, projectId, userId);
      await this.requireOtherOwner(tx, member);
      await tx.delete(ProjectMemberEntity, { id: member.id });
    });
    this.changes.tell({ userId });
    this.note(user, 'project.member_removed', projectId, { userId });
  }

  /** Others that change the members of this project come after this transaction. */
  private async lock(tx: WriteTransaction, id: string): Promise<ProjectEntity> {
    await update(ProjectEntity, { id }, { updatedAt: now() })(tx);
    const project = await tx.findOneBy(ProjectEntity, { id });
    if (project === null) throw notFound('project', id);
    return project;
  }

  private async memberIn(tx: WriteTransaction, projectId: string, userId: string): Promise<ProjectMemberEntity> {
    const member = await tx.findOneBy(ProjectMemberEntity, { projectId, userId });
    if (member === null) throw notFound('member', userId);
    return member;
  }

  private async requireOtherOwner(tx: WriteTransaction, { id, projectId, role }: ProjectMemberEntity): Promise<void> {
    if (role !== 'owner') return;
    const owners = await tx.findBy(ProjectMemberEntity, { projectId, role: 'owner' });
    if (owners.some((owner) => owner.id !== id)) return;
    throw conflict('last_owner', 'A project keeps at least one owner: make somebody else an owner first.');
  }

  private async userOf({ userId, email }: AddMemberDto): Promise<UserEntity> {
    if ((userId === undefined) === (email === undefined)) {
      throw invalid('validation_failed', 'Either userId or email must be given.');
    }
    const where = userId === undefined ? { email } : { id: userId };
    const user = await this.database.read.findOneBy(UserEntity, where);
    if (user === null || user.id in NOBODY) throw notFound('user', userId ?? email ?? '');
    return user;
  }

  private note(by: User, action: string, id: string, detail: Record<string, string>): void {
    this.audit.record({ action, by, target: { kind: 'project', id }, detail });
  }
}

const PERSONAL = conflict(
  'personal_project',
  "Somebody's own project is shared with nobody: make a project, and move the chat there.",
);

const toDto = ({ userId, role, createdAt }: ProjectMemberEntity, displayName = userId): MemberDto => ({
  ...{ userId, displayName, role, createdAt },
});
