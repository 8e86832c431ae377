import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Authors } from '../access/authors';
import type { ProjectRole } from '../access/project-member.entity';
import { invalid, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { decodeCursor, encodeCursor } from '../database/page';
import { AgentPolicies } from './agent-policies';
import { queueVersion } from './queue-reader';
import { toApprovalDto } from './dto/approval.dto';
import type { ChatStateDto, ChatStateQueryDto, TurnDiffDto } from './dto/chat-state.dto';
import { type ChatStatus, toChatDto } from './dto/chat.dto';
import { AgentActionEntity } from './entities/agent-action.entity';
import { ApprovalEntity } from './entities/approval.entity';
import { ChatEntity } from './entities/chat.entity';
import { EventEntity } from './entities/event.entity';
import { MessageEntity } from './entities/message.entity';
import { TurnEntity } from './entities/turn.entity';
import { type PreviewLimits, lastUsageOf, turnStateOf } from './state/turn-state-view';
import { readTurnLogs, type ShownTurn } from './state/turn-log';

/** Actions of one page: turns that would bring more come with the page before. */
const MAX_ACTIONS = 300;
/** Characters of each text of an action while there are no more than `MAX_ACTIONS`; of more, each is shorter. */
const PREVIEW_CHARS = 1_500;
const LIVE_OUTPUT_CHARS = 20_000;
const TURN_DIFF_CHARS = 2_000;
/** Open questions of a chat that are told of. */
const MAX_APPROVALS = 200;

const ACTIVE = ['queued', 'running'] as const;

interface TurnPage {
  /** Oldest first. */
  readonly turns: readonly TurnEntity[];
  readonly hasEarlier: boolean;
}

/** Reads the state of a chat, whoever asks: who may ask is for those who use it. */
@Injectable()
export class ChatStateReader {
  constructor(
    private readonly database: Database,
    private readonly policies: AgentPolicies,
    private readonly authors: Authors,
  ) {}

  /**
   * One page of a chat's turns with all that they have brought, and what is open in the chat. All of it is as the event
   * `seq` has left it. Sixteen statements at most, whatever the length of the chat.
   *
   * @param role of whoever asks, in the chat's project
   * @throws DomainError `chat_not_found`, `invalid_cursor`
   */
  read(chat: { readonly id: string; readonly role: ProjectRole }, query: ChatStateQueryDto): Promise<ChatStateDto> {
    return this.database.snapshot((read) => this.readAt(read, chat, query));
  }

  /** All that a turn of the chat has changed. @throws DomainError `turn_not_found` */
  async turnDiff(chatId: string, turnId: string): Promise<TurnDiffDto> {
    const { read } = this.database;
    const turn = isId(turnId) && (await read.findOneBy(TurnEntity, { id: turnId, chatId }));
    if (!turn) throw notFound('turn', turnId);
    const where = { chatId, turnId, type: 'diff.updated' };
    const last = await read.findOne(EventEntity, { where, order: { seq: 'DESC' } });
    return { diff: last !== null && 'diff' in last.data ? String(last.data.diff) : '' };
  }

  private async readAt(
    read: EntityManager,
    { id: chatId, role }: { readonly id: string; readonly role: ProjectRole },
    query: ChatStateQueryDto,
  ): Promise<ChatStateDto> {
    const chat = await read.findOneBy(ChatEntity, { id: chatId });
    if (!chat) throw notFound('chat', chatId);
    const order = { ordinal: 'ASC' } as const;
    const active = await read.find(TurnEntity, { where: { chatId, status: In([...ACTIVE]) }, order });
    const { turns, hasEarlier } = await pageOf(read, chatId, query, active[0]?.ordinal);
    const shown = await rowsOf(read, chatId, turns);
    const logs = await readTurnLogs(read, chat, shown);
    const approvals = await approvalsOf(read, turns);
    const open = await read.find(ApprovalEntity, {
      ...{ where: { chatId, status: 'pending' }, order: { seq: 'ASC' }, take: MAX_APPROVALS },
    });
    const authors = await this.authors.of([
      ...shown.flatMap(({ messages }) => messages.map(({ authorId }) => authorId)),
      ...[...approvals.values()].flatMap((of) => of.map(({ resolvedBy }) => resolvedBy)),
    ]);
    const limits = limitsFor(shown);
    const nothing = { events: [], planSeq: 0 };
    const usages = turns.map(({ id }) => lastUsageOf(logs.get(id) ?? nothing));
    const isRunning = turns.at(-1) !== undefined && active.some(({ status }) => status === 'running');
    const running = isRunning ? usages[turns.findIndex(({ status }) => status === 'running')] : undefined;
    const first = turns[0];
    return {
      chat: { ...toChatDto(chat, statusOf(chat, active, open), role), ...this.policies.applied(chat) },
      seq: chat.lastSeq,
      turns: shown.map((each) =>
        turnStateOf({ ...each, authors }, approvals.get(each.turn.id) ?? [], logs.get(each.turn.id) ?? nothing, limits),
      ),
      approvals: open.map((row) => toApprovalDto(row)),
      queue: active.flatMap(({ id, status }, index) => (status === 'queued' ? [{ turnId: id, position: index }] : [])),
      queueVersion: queueVersion(
        chat.queueRevision,
        active.flatMap(({ id, status }) => (status === 'queued' ? [id] : [])),
      ),
      usage: running?.chatUsage ?? chat.usage,
      contextWindow: usages.findLast((usage) => typeof usage?.contextWindow === 'number')?.contextWindow ?? null,
      contextTokens: usages.findLast((usage) => usage !== undefined)?.contextTokens ?? null,
      previousCursor: hasEarlier && first ? encodeCursor(first.id) : null,
    };
  }
}

/** The newest page has every turn from the first on that waits or runs. */
async function pageOf(
  read: EntityManager,
  chatId: string,
  { turns: limit, before }: ChatStateQueryDto,
  firstActive: number | undefined,
): Promise<TurnPage> {
  const below = before === undefined ? undefined : await ordinalOf(read, chatId, before);
  const rows = await turnsBelow(read, chatId, below, limit + 1);
  const [newest] = rows;
  if (newest === undefined) return { turns: [], hasEarlier: false };
  const isActive = ({ ordinal }: TurnEntity): boolean => firstActive !== undefined && ordinal >= firstActive;
  const activeCount = firstActive === undefined ? 0 : newest.ordinal - firstActive + 1;
  const found = activeCount > limit ? await turnsBelow(read, chatId, below, activeCount + 1) : rows;
  const wanted = found.slice(0, Math.max(limit, activeCount));
  const counts = await actionsOf(read, wanted);
  let actions = 0;
  const turns = wanted.filter((turn, index) => {
    actions += counts.get(turn.id) ?? 0;
    return index === 0 || isActive(turn) || actions <= MAX_ACTIONS;
  });
  return { turns: turns.toReversed(), hasEarlier: turns.length < found.length };
}

async function ordinalOf(read: EntityManager, chatId: string, cursor: string): Promise<number> {
  const [id, ...others] = decodeCursor(cursor);
  const turn = others.length === 0 && (await read.findOneBy(TurnEntity, { id, chatId }));
  if (!turn) throw invalid('invalid_cursor', 'before must be the previousCursor of a page of the same chat.');
  return turn.ordinal;
}

/** Newest first. */
function turnsBelow(
  read: EntityManager,
  chatId: string,
  below: number | undefined,
  limit: number,
): Promise<TurnEntity[]> {
  const query = read.createQueryBuilder(TurnEntity, 'turn').where('turn.chatId = :chatId', { chatId });
  if (below !== undefined) query.andWhere('turn.ordinal < :below', { below });
  return query.orderBy('turn.ordinal', 'DESC').limit(limit).getMany();
}

async function actionsOf(read: EntityManager, turns: readonly TurnEntity[]): Promise<ReadonlyMap<string, number>> {
  const rows = await read
    .createQueryBuilder(AgentActionEntity, 'action')
    .select('action.turnId', 'turnId')
    .addSelect('COUNT(*)', 'count')
    .where('action.turnId IN (:...ids)', { ids: turns.map(({ id }) => id) })
    .groupBy('action.turnId')
    .getRawMany<{ turnId: string; count: number | string }>();
  return new Map(rows.map(({ turnId, count }) => [turnId, Number(count)]));
}

async function rowsOf(read: EntityManager, chatId: string, turns: readonly TurnEntity[]): Promise<ShownTurn[]> {
  const turnId = In(turns.map(({ id }) => id));
  const order = { seq: 'ASC' } as const;
  const messages = Map.groupBy(
    await read.find(MessageEntity, { where: { chatId, turnId }, order }),
    (message) => message.turnId,
  );
  const actions = Map.groupBy(
    await read.find(AgentActionEntity, { where: { turnId }, order }),
    (action) => action.turnId,
  );
  return turns.map((turn) => ({
    ...{ turn, messages: messages.get(turn.id) ?? [], actions: actions.get(turn.id) ?? [] },
  }));
}

async function approvalsOf(
  read: EntityManager,
  turns: readonly TurnEntity[],
): Promise<ReadonlyMap<string, ApprovalEntity[]>> {
  const where = { turnId: In(turns.map(({ id }) => id)) };
  const rows = await read.find(ApprovalEntity, { where, order: { seq: 'ASC' } });
  return Map.groupBy(rows, ({ turnId }) => turnId);
}

/** A turn of very many actions comes whole, with less of each. */
function limitsFor(shown: readonly ShownTurn[]): PreviewLimits {
  const actions = shown.reduce((sum, turn) => sum + turn.actions.length, 0);
  const action = Math.floor(PREVIEW_CHARS * Math.min(1, MAX_ACTIONS / Math.max(actions, 1)));
  return { action, liveOutput: LIVE_OUTPUT_CHARS, turnDiff: TURN_DIFF_CHARS };
}

/** What a held queue keeps waiting is not at work. */
function statusOf(
  { queueHeld }: ChatEntity,
  active: readonly TurnEntity[],
  open: readonly ApprovalEntity[],
): ChatStatus {
  if (open.length > 0) return 'waiting_for_approval';
  return active.some(({ status }) => status === 'running' || !queueHeld) ? 'running' : 'idle';
}
