import { insert, update } from '../../database/rows';
import { Injectable } from '@nestjs/common';
import { ChatConfig } from '../../config/chat.config';
import { User } from '../../auth/user';
import { now } from '../../common/clock';
import { conflict, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { ApprovalDto, toApprovalDto } from '../dto/approval.dto';
import { ApprovalEntity, ApprovalStatus, Decision } from '../entities/approval.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventLog } from '../event-log/event-log';
import type { LogEntry } from '../event-log/log-entry';
import { concat } from '../projection/assistant-messages';
import { chooseDecision, refusal } from './decision';
import { Answers, Question } from './question';

interface OpenApproval {
  readonly row: ApprovalEntity;
  readonly requestId: string | number;
  readonly question: Question;
  readonly respond: (result: unknown) => void;
  readonly expiry: NodeJS.Timeout;
}

/** The questions that codex waits for. Each is answered once, by any client of its chat, or ends with its turn. */
@Injectable()
export class ApprovalDesk {
  private readonly open = new Map<string, OpenApproval>();

  constructor(
    private readonly config: ChatConfig,
    private readonly database: Database,
    private readonly log: EventLog,
  ) {}

  /** Takes a question in. Codex sends it again after a resume, under the same id: then nothing happens. */
  ask(
    turn: TurnEntity,
    asked: { requestId: string | number; question: Question; itemId: string | null; respond(result: unknown): void },
  ): LogEntry {
    const known = this.ofTurn(turn.id).find(({ requestId }) => requestId === asked.requestId);
    if (known) return { events: [] };
    const row = this.newRow(turn, asked.question, asked.itemId);
    const expiry = setTimeout(() => void this.expire(row.id), this.config.approvalTimeoutSeconds * 1000);
    expiry.unref();
    this.open.set(row.id, { row, expiry, ...asked });
    return {
      events: [{ type: 'approval.requested', turnId: turn.id, data: { approval: toApprovalDto(row) } }],
      writes: [insert(ApprovalEntity, row)],
    };
  }

  /** Whether a turn waits for a person. */
  waits(turnId: string): boolean {
    return this.ofTurn(turnId).length > 0;
  }

  /**
   * Answers a question of the user's.
   *
   * @throws DomainError `approval_not_found`, `approval_already_resolved`, `decision_not_offered`.
   */
  async answer(user: User, approvalId: string, answer: unknown, answers?: Answers): Promise<ApprovalDto> {
    const approval = this.open.get(approvalId);
    if (approval?.row.userId !== user.id) return this.explainMissing(user, approvalId);
    const decision = chooseDecision(answer, approval.row.decisions);
    this.open.delete(approvalId);
    try {
      const { row, userId, chatId } = { ...approval.row, row: approval.row };
      await this.log.append({ userId, chatId }, this.end(row, 'resolved', decision), 'refuse');
    } catch (error) {
      this.open.set(approvalId, approval);
      throw error;
    }
    clearTimeout(approval.expiry);
    approval.respond(approval.question.answer(decision, answers));
    return toApprovalDto(approval.row);
  }

  /** Codex has withdrawn a question, because the turn was interrupted, say. */
  withdraw(turnId: string, requestId: string | number): LogEntry {
    return this.cancel(this.ofTurn(turnId).filter((approval) => approval.requestId === requestId));
  }

  /** Ends all questions of a turn that is over. */
  closeTurn(turnId: string): LogEntry {
    return this.cancel(this.ofTurn(turnId));
  }

  private ofTurn(turnId: string): OpenApproval[] {
    return [...this.open.values()].filter(({ row }) => row.turnId === turnId);
  }

  private cancel(approvals: readonly OpenApproval[]): LogEntry {
    return concat(
      ...approvals.map(({ row, expiry }) => {
        clearTimeout(expiry);
        this.open.delete(row.id);
        return this.end(row, 'canceled', null);
      }),
    );
  }

  private async expire(approvalId: string): Promise<void> {
    const approval = this.open.get(approvalId);
    if (!approval) return;
    this.open.delete(approvalId);
    const { userId, chatId, decisions } = approval.row;
    const decision = refusal(decisions);
    approval.respond(approval.question.answer(decision));
    await this.log.append({ userId, chatId }, this.end(approval.row, 'expired', decision), 'retry');
  }

  private end(row: ApprovalEntity, status: ApprovalStatus, decision: Decision | null): LogEntry {
    const change = { status, decision, resolvedAt: now() };
    Object.assign(row, change);
    return {
      events: [{ type: 'approval.resolved', turnId: row.turnId, data: { approval: toApprovalDto(row) } }],
      writes: [update(ApprovalEntity, { id: row.id }, change)],
    };
  }

  private newRow(turn: TurnEntity, { kind, request, decisions }: Question, itemId: string | null): ApprovalEntity {
    const expiresAt = new Date(Date.now() + this.config.approvalTimeoutSeconds * 1000).toISOString();
    return Object.assign(new ApprovalEntity(), {
      ...{ id: newId(), userId: turn.userId, chatId: turn.chatId, turnId: turn.id, itemId, kind, request },
      ...{ decisions: [...decisions], status: 'pending', decision: null },
      ...{ createdAt: now(), expiresAt, resolvedAt: null },
    });
  }

  private async explainMissing(user: User, id: string): Promise<never> {
    const row = await this.database.read.findOneBy(ApprovalEntity, { id, userId: user.id });
    if (!row) throw notFound('approval', id);
    const outcome = row.status === 'pending' ? 'being answered' : row.status;
    throw conflict('approval_already_resolved', `Approval ${id} is ${outcome}; it can be answered once.`);
  }
}
