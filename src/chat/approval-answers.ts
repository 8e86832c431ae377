import { Injectable } from '@nestjs/common';
import type { Answers } from '../app-server/agent/agent-question';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { ApprovalService } from './approvals/approval.service';
import { ApprovalDto } from './dto/approval.dto';
import { ApprovalEntity } from './entities/approval.entity';

/** Lets people answer the agent's questions in the chats in which they may write. */
@Injectable()
export class ApprovalAnswers {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly authors: Authors,
    private readonly approvals: ApprovalService,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `approval_not_found`, `read_only`, and as ApprovalService.answer */
  async answer(user: User, id: string, decision: unknown, answers?: Answers): Promise<ApprovalDto> {
    const row = isId(id) ? await this.database.read.findOneBy(ApprovalEntity, { id }) : null;
    if (row === null || !(await this.access.mayUseChat(user, row.chatId, 'write'))) throw notFound('approval', id);
    const approval = await this.approvals.answer(await this.authors.ofCaller(user), id, decision, answers);
    const chosen = typeof approval.decision === 'string' ? approval.decision : Object.keys(approval.decision ?? {})[0];
    this.audit.record({
      ...{ action: 'approval.answered', by: user, target: { kind: 'chat', id: row.chatId } },
      detail: { approvalId: id, kind: row.kind, decision: chosen ?? null },
    });
    return approval;
  }
}
