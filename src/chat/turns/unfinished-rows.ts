import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import type { UserMessage } from '../../app-server/agent/agent-message';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { update } from '../../database/rows';
import { toAgentActionDto } from '../dto/agent-action.dto';
import { toApprovalDto } from '../dto/approval.dto';
import { textOf, toMessageDto } from '../dto/message.dto';
import { AgentActionEntity } from '../entities/agent-action.entity';
import { ApprovalEntity } from '../entities/approval.entity';
import {
  contentSoFar,
  isPlan,
  MessageEntity,
  MessageStatus,
  NewMessage,
  textContent,
} from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { concat, insertAt, LogEntry } from '../event-log/log-entry';
import type { EventDraft } from '../event-log/chat-event';
import { PublishedText } from '../event-log/published-text';
import { MessagePictures, StoredContent } from '../pictures/message-pictures';
import { asPublished, wholeTexts } from '../projection/whole-texts';
import { messageAdded, messageSent } from './turn-state';

/** Ends what a turn had under way when the service died. */
@Injectable()
export class UnfinishedRows {
  constructor(
    private readonly database: Database,
    private readonly publishedText: PublishedText,
    private readonly pictures: MessagePictures,
  ) {}

  /** @param answer codex's record of the turn, when codex wrote it to its end. */
  async end(turn: TurnEntity, answer: Pick<AgentTurn, 'texts' | 'plans'> | undefined): Promise<LogEntry> {
    return concat(
      await this.endReasoning(turn),
      await this.endMessages(turn, answer),
      await this.endActions(turn.id),
      await this.endApprovals(turn.id),
    );
  }

  /** What a user had added to the turn, codex had taken, and was not stored yet. */
  async addMissing(turn: TurnEntity, sent: readonly UserMessage[]): Promise<LogEntry> {
    const rows = await this.database.untilRead((read) => read.findBy(MessageEntity, { turnId: turn.id, role: 'user' }));
    const stored = new Set(rows.map(({ id }) => id));
    const missing = sent.filter(({ id }) => !stored.has(id));
    const entries = missing.map(
      async (message) =>
        (await this.sentFromQueue(turn, message)) ??
        messageAdded(turn, { id: message.id, ...(await this.stored(turn, message)) }, null),
    );
    return concat(...(await Promise.all(entries)));
  }

  /** Those that waited, and were given to a turn that is over by now. */
  async addSent(turn: TurnEntity, sent: readonly UserMessage[]): Promise<LogEntry> {
    const entries = await Promise.all(sent.map((message) => this.sentFromQueue(turn, message)));
    return concat(...entries.filter((entry) => entry !== undefined));
  }

  /** One that waited, and was given to the turn: it is not given again. */
  private async sentFromQueue(running: TurnEntity, { id }: UserMessage): Promise<LogEntry | undefined> {
    const row = await this.database.untilRead((read) => read.findOneBy(MessageEntity, { id, chatId: running.chatId }));
    if (row === null) return undefined;
    const turn = await this.database.untilRead((read) => read.findOneBy(TurnEntity, { id: row.turnId }));
    return turn?.status === 'queued' ? messageSent(turn, running, row, null) : { events: [] };
  }

  /** Where the pictures cannot be stored they stay in the row, as those of older versions: nothing is lost over it. */
  private stored({ userId }: TurnEntity, { id, content }: UserMessage): Promise<StoredContent> {
    return this.pictures
      .storeUrls({ id, userId }, content)
      .catch((): StoredContent => ({ content: [...content], references: [], writes: [] }));
  }

  /** The texts of the answer complete what was published of them; of other messages, what was published is kept. */
  private async endMessages(
    turn: TurnEntity,
    { texts, plans }: Pick<AgentTurn, 'texts' | 'plans'> = { texts: null, plans: [] },
  ): Promise<LogEntry> {
    const where = { turnId: turn.id, role: 'assistant' as const, status: Not('superseded' as const) };
    const stored = await this.database.untilRead((read) => read.find(MessageEntity, { where, order: { seq: 'ASC' } }));
    const rows = await this.publishedText.fill(stored);
    const planned = rows.filter(isPlan);
    const spoken = rows.filter((row) => !isPlan(row));
    const { ofMessages, others } = wholeTexts(spoken.map(asPublished), texts ?? []);
    return concat(
      ...[...endedAs(spoken, ofMessages), ...endedAs(planned, plans)],
      ...others.map((text) => created(turn, text)),
      ...plans.slice(planned.length).map((text) => created(turn, text, true)),
    );
  }

  /** It stays as far as it was published, in one piece: what has no end is never taken out of the log. */
  private async endReasoning({ id: turnId, chatId }: TurnEntity): Promise<LogEntry> {
    const open = await this.publishedText.openReasoning(chatId, turnId);
    const events = open.map(({ itemId, text }): EventDraft => {
      return { type: 'reasoning.completed', turnId, data: { itemId, text, superseded: false } };
    });
    return { events };
  }

  private async endActions(turnId: string): Promise<LogEntry> {
    const rows = await this.database.untilRead((read) => read.findBy(AgentActionEntity, { turnId, status: 'running' }));
    const entries = rows.map(async (row): Promise<LogEntry> => {
      const output = await this.publishedText.outputOf(row.chatId, turnId, row.id);
      const data = output === '' ? row.data : { ...row.data, output };
      const change = { status: 'interrupted', endedAt: now(), data } as const;
      return {
        events: [{ type: 'item.completed', turnId, data: { item: toAgentActionDto({ ...row, ...change }) } }],
        writes: [update(AgentActionEntity, { id: row.id }, change)],
      };
    });
    return concat(...(await Promise.all(entries)));
  }

  private async endApprovals(turnId: string): Promise<LogEntry> {
    const rows = await this.database.untilRead((read) => read.findBy(ApprovalEntity, { turnId, status: 'pending' }));
    const change = { status: 'canceled', resolvedAt: now() } as const;
    return concat(
      ...rows.map((row): LogEntry => {
        const approval = toApprovalDto({ ...row, ...change });
        return {
          events: [{ type: 'approval.resolved', turnId, data: { approval } }],
          writes: [update(ApprovalEntity, { id: row.id }, change)],
        };
      }),
    );
  }
}

/** @param texts by message, in order; undefined for one whose end nobody knows */
const endedAs = (rows: readonly MessageEntity[], texts: readonly (string | undefined)[]): LogEntry[] =>
  rows.map((row, index) => {
    const text = texts[index];
    return text === undefined ? ended(row, textOf(row.content), 'partial') : ended(row, text, 'final');
  });

/** Nothing for a message that has ended already. */
function ended(row: MessageEntity, text: string, status: MessageStatus): LogEntry {
  if (row.status !== 'streaming') return { events: [] };
  const change = { content: contentSoFar(row, text), status };
  const message = toMessageDto({ ...row, ...change });
  return {
    events: [{ type: 'message.completed', turnId: row.turnId, data: { message } }],
    writes: [update(MessageEntity, { id: row.id }, change)],
  };
}

/** A message of the agent that nobody had seen the beginning of. */
function created({ id: turnId, chatId, userId }: TurnEntity, text: string, plans = false): LogEntry {
  const row: NewMessage = {
    ...{ id: newId(), userId, authorId: null, chatId, turnId, role: 'assistant' },
    ...{ content: textContent(text, plans), status: 'final' },
    ...{ clientMessageId: null, fingerprint: null, createdAt: now() },
  };
  const beginning = toMessageDto({ ...row, content: [], status: 'streaming' });
  const event: EventDraft = { type: 'message.created', turnId, data: { message: beginning } };
  return {
    events: [event, { type: 'message.completed', turnId, data: { message: toMessageDto(row) } }],
    writes: [insertAt(MessageEntity, row, event)],
  };
}
