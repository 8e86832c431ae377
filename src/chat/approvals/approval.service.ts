import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { AgentDecision, AgentQuestion, Answers } from '../../app-server/agent/agent-question';
import type { SimpleCommands } from '../../app-server/agent/shell-line';
import { ChatConfig } from '../../config/chat.config';
import { AuthorDto } from '../../access/author.dto';
import { now } from '../../common/clock';
import { conflict, invalid, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import { ApprovalDto, toApprovalDto } from '../dto/approval.dto';
import { ApprovalEntity, ApprovalStatus, NewApproval } from '../entities/approval.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { EventDraft } from '../event-log/chat-event';
import { EventLog } from '../event-log/event-log';
import { concat, insertAt, LogEntry } from '../event-log/log-entry';
import { ApprovalRules } from './approval-rules';
import { offeredDecisions, rulePrefixOf } from './rule-prefix';

/** A question of the agent in a turn. */
export interface ApprovalRequest {
  readonly question: AgentQuestion;
  /** Our id of the agent action that it is about. */
  readonly itemId: string | null;
  /** Whether rules of the chat may answer it, and an answer may make one. */
  readonly heedsRules: boolean;
  /** Sends the response to the agent. */
  readonly respond: (response: unknown) => void;
}

/** Who or what has answered. */
interface AnsweredBy {
  readonly author?: AuthorDto;
  readonly ruleIds?: string[] | null;
}

interface OpenApproval extends Pick<ApprovalRequest, 'question' | 'respond'> {
  readonly row: NewApproval;
  /** Whose message the turn answers. */
  readonly askedFor: string;
  readonly expiry: NodeJS.Timeout;
  /** While its answer is being stored, which may fail. */
  storing?: Promise<void>;
}

/** The approval requests that the agent waits for. Each is answered once, by any client of its chat, or ends with its turn. */
@Injectable()
export class ApprovalService {
  private readonly open = new Map<string, OpenApproval>();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly config: ChatConfig,
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly rules: ApprovalRules,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'approvals' });
  }

  /** Opens an approval. The agent asks again after a resume, under the same id: then nothing happens. */
  request(turn: TurnEntity, { question, itemId, heedsRules, respond }: ApprovalRequest): LogEntry {
    if (this.ofTurn(turn.id).some((known) => known.question.id === question.id)) return { events: [] };
    const commands = heedsRules ? question.commands : undefined;
    const decisions = offeredDecisions(question.decisions, commands);
    const row = this.newRow(turn, { ...question, decisions }, itemId);
    const expiry = setTimeout(() => this.expire(approval), this.config.approvalTimeoutSeconds * 1000);
    const askedFor = turn.authorId ?? turn.userId;
    const approval: OpenApproval = { row, askedFor, expiry: expiry.unref(), question, respond };
    this.open.set(row.id, approval);
    if (commands) this.answerByRules(approval, commands).catch((error: unknown) => this.rulesFailed(row, error));
    const event: EventDraft = {
      ...{ type: 'approval.requested', turnId: turn.id },
      data: { approval: toApprovalDto(row) },
    };
    return { events: [event], writes: [insertAt(ApprovalEntity, row, event)] };
  }

  /** Whether a turn waits for a person. */
  waits(turnId: string): boolean {
    return this.ofTurn(turnId).length > 0;
  }

  /**
   * Answers an approval request for somebody who may.
   *
   * @throws DomainError `approval_not_found`, `approval_already_resolved`, `decision_not_offered`.
   */
  async answer(author: AuthorDto, approvalId: string, answer: unknown, answers?: Answers): Promise<ApprovalDto> {
    const approval = this.open.get(approvalId);
    if (approval === undefined || approval.storing) return this.explainMissing(approvalId);
    const decision = chooseDecision(answer, approval.row.decisions);
    return this.resolve(approval, decision, { answers, author });
  }

  /** @throws DomainError `approval_not_found`, `approval_already_resolved` */
  async requireOpen(approvalId: string): Promise<void> {
    const approval = this.open.get(approvalId);
    if (approval === undefined || approval.storing) await this.explainMissing(approvalId);
  }

  private async resolve(
    approval: OpenApproval,
    decision: AgentDecision,
    { answers, ...by }: { readonly answers?: Answers } & AnsweredBy,
  ): Promise<ApprovalDto> {
    const { row, question } = approval;
    const response = question.responseTo(decision, answers);
    const end = resolution(row, 'resolved', decision, by);
    const prefix = rulePrefixOf(decision);
    const entry = prefix ? concat(end.entry, this.rules.created(row, prefix, by.author?.id)) : end.entry;
    // Set before the first wait, so that no second answer comes through.
    approval.storing = this.store(approval, entry);
    await approval.storing;
    approval.respond(response);
    return end.approval;
  }

  /** A person may be faster; what no rule allows waits for one. */
  private async answerByRules(approval: OpenApproval, commands: SimpleCommands): Promise<void> {
    const rules = await this.rules.allowing({ chatId: approval.row.chatId, userId: approval.askedFor }, commands);
    const isOpen = this.open.has(approval.row.id) && !approval.storing && approval.row.decisions.includes('accept');
    if (rules.length > 0 && isOpen) await this.resolve(approval, 'accept', { ruleIds: rules.map(({ id }) => id) });
  }

  private rulesFailed({ id }: NewApproval, error: unknown): void {
    this.logger.warn({ err: error, approvalId: id }, 'the rules of a chat could not answer an approval');
  }

  /** The agent has withdrawn a question, because the turn was interrupted, say. An answer that is being stored stands. */
  withdraw(turnId: string, questionId: AgentQuestion['id']): LogEntry {
    const withdrawn = this.ofTurn(turnId).filter(({ question }) => question.id === questionId);
    for (const approval of withdrawn) {
      approval.storing?.catch(() => this.record(approval.row, this.cancel([approval])));
    }
    return this.cancel(withdrawn.filter(({ storing }) => !storing));
  }

  /** Ends all requests of a turn that is over; those that are being answered first get their answer, if it is stored. */
  async closeTurn(turnId: string): Promise<LogEntry> {
    await Promise.allSettled(this.ofTurn(turnId).flatMap(({ storing }) => storing ?? []));
    return this.cancel(this.ofTurn(turnId));
  }

  private ofTurn(turnId: string): OpenApproval[] {
    return [...this.open.values()].filter(({ row }) => row.turnId === turnId);
  }

  private cancel(approvals: readonly OpenApproval[]): LogEntry {
    return concat(
      ...approvals
        .filter((approval) => this.removeOpen(approval))
        .map(({ row }) => resolution(row, 'canceled', null).entry),
    );
  }

  private expire(approval: OpenApproval): void {
    const { row, question, respond, storing } = approval;
    if (storing) return void storing.catch(() => this.expire(approval));
    if (!this.removeOpen(approval)) return;
    const decision = refusal(row.decisions);
    respond(question.responseTo(decision));
    this.record(row, resolution(row, 'expired', decision).entry);
  }

  /** Stores an answer. If that fails the approval waits as before, and may expire or be withdrawn at once. */
  private async store(approval: OpenApproval, entry: LogEntry): Promise<void> {
    const { userId, chatId } = approval.row;
    try {
      await this.log.append({ userId, chatId }, entry, 'refuse');
      this.removeOpen(approval);
    } finally {
      approval.storing = undefined;
    }
  }

  /** Removes an approval from the open ones; false when it has ended already. */
  private removeOpen({ row, expiry }: OpenApproval): boolean {
    clearTimeout(expiry);
    return this.open.delete(row.id);
  }

  /** Records an end that has come by itself. */
  private record({ id, userId, chatId }: NewApproval, entry: LogEntry): void {
    if (entry.events.length === 0) return;
    this.log.append({ userId, chatId }, entry, 'retry').catch((error: unknown) => {
      this.logger.error({ err: error, approvalId: id }, 'the end of an approval could not be recorded');
    });
  }

  private newRow(turn: TurnEntity, { kind, request, decisions }: AgentQuestion, itemId: string | null): NewApproval {
    const expiresAt = new Date(Date.now() + this.config.approvalTimeoutSeconds * 1000).toISOString();
    return {
      ...{ id: newId(), userId: turn.userId, chatId: turn.chatId, turnId: turn.id, itemId, kind, request },
      ...{ decisions: [...decisions], status: 'pending', decision: null, ruleIds: null },
      ...{ createdAt: now(), expiresAt, resolvedAt: null, resolvedBy: null },
    };
  }

  private async explainMissing(id: string): Promise<never> {
    const row = await this.database.read.findOneBy(ApprovalEntity, { id });
    if (!row) throw notFound('approval', id);
    const outcome = row.status === 'pending' ? 'being answered' : row.status;
    throw conflict('approval_already_resolved', `Approval ${id} is ${outcome}; it can be answered once.`);
  }
}

/** The end of an approval: as an event, and as rows. */
function resolution(
  row: NewApproval,
  status: ApprovalStatus,
  decision: AgentDecision | null,
  { ruleIds = null, author }: AnsweredBy = {},
) {
  const change = { status, decision, ruleIds, resolvedAt: now(), resolvedBy: author?.id ?? null };
  const approval = toApprovalDto({ ...row, ...change }, author);
  const entry: LogEntry = {
    events: [{ type: 'approval.resolved', turnId: row.turnId, data: { approval } }],
    writes: [update(ApprovalEntity, { id: row.id }, change)],
  };
  return { approval, entry };
}

const nameOf = (decision: AgentDecision): string =>
  typeof decision === 'string' ? decision : (Object.keys(decision)[0] ?? '');

/**
 * The offered decision that an answer means: it is the same, or names the key of an offered object.
 *
 * @throws DomainError `decision_not_offered`.
 */
export function chooseDecision(answer: unknown, offered: readonly AgentDecision[]): AgentDecision {
  const chosen = offered.find((decision) => isDeepStrictEqual(decision, answer) || nameOf(decision) === answer);
  if (chosen !== undefined) return chosen;
  throw invalid('decision_not_offered', `decision must be one of: ${offered.map(nameOf).join(', ')}.`);
}

/** What an unanswered question counts as: the mildest refusal that is offered. */
export function refusal(offered: readonly AgentDecision[]): AgentDecision {
  return ['decline', 'cancel'].find((decision) => offered.includes(decision)) ?? 'cancel';
}
