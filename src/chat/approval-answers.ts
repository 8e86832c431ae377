import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { DomainError, invalid, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { ApprovalService } from './approvals/approval.service';
import { choicesOf } from './dto/approval-choices';
import { AnswerApprovalDto, ApprovalDto } from './dto/approval.dto';
import { MessageIntake } from './message-intake';
import { TurnControl } from './turn-control';
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
    private readonly control: TurnControl,
    private readonly intake: MessageIntake,
  ) {}

  /**
   * @param message for the agent, with a refusal. It is told that before the refusal, so that its model gets both at once; one whose turn
   * is over by then is sent as a message of its own.
   * @throws DomainError `approval_not_found`, `read_only`, `decision_takes_no_message`, as ApprovalService.answer, TurnControl.steer and
   * MessageIntake.accept
   */
  async answer(
    user: User,
    id: string,
    { decision, answers, message }: Pick<AnswerApprovalDto, 'decision' | 'answers' | 'message'>,
  ): Promise<ApprovalDto> {
    const row = isId(id) ? await this.database.read.findOneBy(ApprovalEntity, { id }) : null;
    if (row === null || !(await this.access.mayUseChat(user, row.chatId, 'write'))) throw notFound('approval', id);
    if (message !== undefined) {
      this.requireMessage(row, decision);
      await this.approvals.requireOpen(id);
      await this.tell(user, row.chatId, message);
    }
    const approval = await this.approvals.answer(await this.authors.ofCaller(user), id, decision, answers);
    const chosen = typeof approval.decision === 'string' ? approval.decision : Object.keys(approval.decision ?? {})[0];
    this.audit.record({
      ...{ action: 'approval.answered', by: user, target: { kind: 'chat', id: row.chatId } },
      detail: { approvalId: id, kind: row.kind, decision: chosen ?? null },
    });
    return approval;
  }

  private requireMessage(row: ApprovalEntity, decision: unknown): void {
    const chosen = choicesOf(row).find((choice) => choice.decision === decision);
    if (chosen?.takesMessage) return;
    throw invalid('decision_takes_no_message', 'A message goes with a decision whose choice says so (`takesMessage`).');
  }

  private async tell(user: User, chatId: string, content: string): Promise<void> {
    try {
      await this.control.steer(user, chatId, content);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'no_running_turn') throw error;
      await this.intake.accept(user, chatId, { content });
    }
  }
}
