import { Injectable } from '@nestjs/common';
import type { SimpleCommands } from '../../app-server/agent/shell-line';
import { now } from '../../common/clock';
import { conflict, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { toApprovalRuleDto } from '../dto/approval-rule.dto';
import { ApprovalRuleEntity, NewApprovalRule } from '../entities/approval-rule.entity';
import { NewApproval } from '../entities/approval.entity';
import { ChatEntity } from '../entities/chat.entity';
import type { EventDraft } from '../event-log/chat-event';
import { EventLog } from '../event-log/event-log';
import { insertAt, LogEntry } from '../event-log/log-entry';
import { startsWith } from './rule-prefix';

/** Rules of one chat. */
const MAX_RULES = 100;

/**
 * What a person has allowed the agent of a chat for good. They are the service's own, of one chat, and answer its questions;
 * codex is told of none, as its own hold for all that share a CODEX_HOME, and for ever (quirk `lasting-allowances`).
 */
@Injectable()
export class ApprovalRules {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
  ) {}

  /**
   * The rules of a user in a chat that allow all of these commands; none when one of them is not allowed, or the chat may not be
   * asked for anything or write nothing, which goes before them.
   *
   * @param userId whose turn it is: what somebody has allowed holds for their own turns, also where others talk in the same chat
   */
  async allowing(
    { chatId, userId }: Pick<ApprovalRuleEntity, 'chatId' | 'userId'>,
    commands: SimpleCommands,
  ): Promise<ApprovalRuleEntity[]> {
    const { read } = this.database;
    const chat = await read.findOneBy(ChatEntity, { id: chatId });
    if (!chat || !heedsRules(chat)) return [];
    const rules = await read.find(ApprovalRuleEntity, { where: { chatId, userId }, order: { seq: 'ASC' } });
    const used = commands.map((command) => rules.find(({ prefix }) => startsWith(command, prefix)));
    const found = used.flatMap((rule) => rule ?? []);
    return found.length === used.length ? [...new Set(found)] : [];
  }

  /**
   * What is stored with the answer that makes a rule. The write throws DomainError `too_many_approval_rules`.
   *
   * @param by the user who answered, whose rule it is
   */
  created(
    { id: approvalId, userId, chatId, turnId }: NewApproval,
    prefix: readonly string[],
    by: string = userId,
  ): LogEntry {
    const rule: NewApprovalRule = {
      ...{ id: newId(), userId: by, chatId, prefix: [...prefix], approvalId },
      createdAt: now(),
    };
    const event: EventDraft = { type: 'approval_rule.created', turnId, data: { rule: toApprovalRuleDto(rule) } };
    return {
      events: [event],
      writes: [
        async (tx, seqOf) => {
          const rules = await tx.findBy(ApprovalRuleEntity, { chatId });
          if (rules.length >= MAX_RULES) {
            throw conflict('too_many_approval_rules', `A chat has at most ${MAX_RULES} rules; withdraw some of them.`);
          }
          await insertAt(ApprovalRuleEntity, rule, event)(tx, seqOf);
        },
      ],
    };
  }

  /** @throws DomainError `approval_rule_not_found`. */
  async remove({ id: chatId, userId }: ChatEntity, ruleId: string): Promise<void> {
    const rule = await this.database.read.findOneBy(ApprovalRuleEntity, { id: ruleId, chatId });
    if (!rule) throw notFound('approval rule', ruleId);
    const entry: LogEntry = {
      events: [{ type: 'approval_rule.deleted', turnId: null, data: { rule: toApprovalRuleDto(rule) } }],
      writes: [
        async (tx) => {
          const { affected } = await tx.delete(ApprovalRuleEntity, { id: ruleId, chatId });
          if (affected === 0) throw notFound('approval rule', ruleId);
        },
      ],
    };
    await this.log.append({ chatId, userId }, entry, 'refuse');
  }
}

/** A chat that may not be asked for anything, or write nothing, has no use of rules. */
export const heedsRules = ({ approvalPolicy, sandboxMode }: ChatEntity): boolean =>
  approvalPolicy !== 'never' && sandboxMode !== 'read-only';
