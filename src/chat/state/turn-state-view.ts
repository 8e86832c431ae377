import { NOTICE_TYPES, type NoticeType, type TurnDiffStateDto, type TurnStateDto } from '../dto/chat-state.dto';
import type { PlacedActionDto, PlacedNoticeDto, PlacedPlanDto, PlacedReasoningDto } from '../dto/chat-state.dto';
import { toAgentActionDto } from '../dto/agent-action.dto';
import { AuthorDto } from '../../access/author.dto';
import { toApprovalDto } from '../dto/approval.dto';
import { toMessageDto } from '../dto/message.dto';
import { toTurnDto } from '../dto/turn.dto';
import type { AgentActionEntity } from '../entities/agent-action.entity';
import type { ApprovalEntity } from '../entities/approval.entity';
import { contentSoFar, type MessageEntity } from '../entities/message.entity';
import type { ChatEvent, ChatEventType } from '../event-log/chat-event';
import { beginningOf, previewOf } from './action-preview';
import type { ShownTurn, TurnLog } from './turn-log';

/** Characters of each text of an action, and of a turn's diff. */
export interface PreviewLimits {
  readonly action: number;
  /** The output of a command that runs. */
  readonly liveOutput: number;
  readonly turnDiff: number;
}

type EventOf<T extends ChatEventType> = Extract<ChatEvent, { type: T }>;

/** A turn as it is shown: its rows, and what its log alone tells. */
export function turnStateOf(
  shown: ShownTurn & { readonly authors: ReadonlyMap<string, AuthorDto> },
  approvals: readonly ApprovalEntity[],
  log: TurnLog,
  limits: PreviewLimits,
): TurnStateDto {
  const events = new EventsOfTurn(log.events);
  const { turn, messages, actions, authors } = shown;
  const nameOf = (id: string | null): AuthorDto | null => authors.get(id ?? '') ?? null;
  const usage = turn.status === 'running' ? (events.last('usage.updated')?.data.usage ?? turn.usage) : turn.usage;
  const seqs = [...messages, ...actions, ...log.events].map(({ seq }) => seq);
  return {
    turn: { ...toTurnDto(turn), usage },
    seq: seqs.length === 0 ? 0 : Math.min(...seqs),
    position: turn.status === 'queued' ? (events.last('turn.queued')?.data.position ?? 0) : 0,
    messages: messages
      .filter(({ status }) => status !== 'superseded')
      .map((message) => ({
        seq: message.seq,
        message: toMessageDto(withTextSoFar(message, events), nameOf(message.authorId)),
      })),
    actions: actions.map((action) => placedAction(action, events, limits)),
    reasoning: reasoningOf(events),
    approvals: approvals.map((approval) => ({
      seq: approval.seq,
      approval: toApprovalDto(approval, nameOf(approval.resolvedBy)),
    })),
    plan: planOf(events, log.planSeq),
    diff: diffOf(events, limits.turnDiff),
    notices: log.events.filter(isNotice).map(noticeOf),
  };
}

/** Tokens of the chat as the running turn has told last; undefined where it has not. */
export const lastUsageOf = (log: TurnLog): EventOf<'usage.updated'>['data'] | undefined =>
  new EventsOfTurn(log.events).last('usage.updated')?.data;

class EventsOfTurn {
  constructor(private readonly events: readonly ChatEvent[]) {}

  all<T extends ChatEventType>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  last<T extends ChatEventType>(type: T): EventOf<T> | undefined {
    return this.all(type).at(-1);
  }
}

function withTextSoFar(message: MessageEntity, events: EventsOfTurn): MessageEntity {
  if (message.status !== 'streaming') return message;
  const deltas = events.all('message.delta').filter(({ data }) => data.messageId === message.id);
  const text = deltas.map(({ data }) => data.delta).join('');
  return { ...message, content: contentSoFar(message, text) };
}

function placedAction(row: AgentActionEntity, events: EventsOfTurn, limits: PreviewLimits): PlacedActionDto {
  const isRunning = row.status === 'running';
  const action = isRunning ? soFar(row, events) : toAgentActionDto(row);
  const outputLimit = isRunning ? limits.liveOutput : limits.action;
  return { seq: row.seq, ...previewOf(action, limits.action, outputLimit) };
}

/** A running action as its log has it: the row is written when it begins and when it ends. */
function soFar(row: AgentActionEntity, events: EventsOfTurn) {
  const updated = events.all('item.updated').findLast(({ data }) => data.item.id === row.id);
  const action = updated?.data.item ?? toAgentActionDto(row);
  if (action.kind !== 'command') return action;
  const output = events.all('command.output').filter(({ data }) => data.itemId === row.id);
  return { ...action, data: { ...action.data, output: output.map(({ data }) => data.delta).join('') } };
}

/** By item: a thought that broke off is told of once more, and is none. */
function reasoningOf(events: EventsOfTurn): PlacedReasoningDto[] {
  const thoughts = new Map<string, PlacedReasoningDto>();
  for (const { seq, data } of events.all('reasoning.completed')) {
    if (data.superseded) thoughts.delete(data.itemId);
    else thoughts.set(data.itemId, { itemId: data.itemId, text: data.text, seq });
  }
  for (const { seq, data } of events.all('reasoning.delta')) {
    const { itemId, delta } = data;
    const known = thoughts.get(itemId);
    thoughts.set(itemId, { itemId, text: (known?.text ?? '') + delta, seq: known?.seq ?? seq });
  }
  return [...thoughts.values()];
}

function planOf(events: EventsOfTurn, seq: number): PlacedPlanDto | null {
  const last = events.last('plan.updated');
  return last === undefined ? null : { seq, explanation: last.data.explanation, plan: last.data.plan };
}

function diffOf(events: EventsOfTurn, limit: number): TurnDiffStateDto | null {
  const last = events.last('diff.updated');
  if (last === undefined) return null;
  const { diff } = last.data;
  const files = diff.split(/^(?=diff --git )/m).filter((section) => section.trim() !== '').length;
  const shown = beginningOf(diff, limit);
  return { seq: last.seq, diff: shown, truncated: shown.length < diff.length, size: diff.length, files };
}

const isNotice = (event: ChatEvent): event is EventOf<NoticeType> =>
  (NOTICE_TYPES as readonly ChatEventType[]).includes(event.type);

function noticeOf({ type, seq, at, data }: EventOf<NoticeType>): PlacedNoticeDto {
  const code = 'code' in data ? data.code : null;
  return { seq, type, message: data.message, code, willRetry: 'willRetry' in data && data.willRetry, at };
}
