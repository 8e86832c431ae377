import type { AgentAction, Approval, DiffStat, EventType, Message } from '../api/types';
import type { PlanStep, Turn, TurnError, TurnStatus, Usage } from '../api/types';

/** What the page shows of one chat: its event log, folded. Every value is immutable, so identity means "unchanged". */
export interface ChatView {
  /** The number of the last event folded in; 0 before the first. */
  lastSeq: number;
  turns: readonly TurnView[];
  usage: Usage | null;
  /** Tokens the model can hold, where the backend knows it. */
  contextWindow: number | null;
  /** Those of them that its last call has taken; null where that is not known. */
  contextTokens: number | null;
  /** Of the page of turns before the first that is here; null where the chat begins with it. */
  previousCursor: string | null;
  /** What waits stays waiting until somebody releases it. */
  isHeld: boolean;
  /** Of the queue as it is shown; null where turns have begun or come since it was told. */
  queueVersion: string | null;
}

export interface TurnView {
  id: string;
  status: TurnStatus;
  /** Turns that go before this one while it is queued. */
  turnsBefore: number;
  error: TurnError | null;
  usage: Usage | null;
  kind: Turn['kind'];
  /** What it was run with; null before it has begun, and where nobody knows. */
  backend: string | null;
  /** Null: the backend's own. */
  model: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** In the order of the log: of the events that began them, and of the end of a thought. */
  parts: readonly TurnPart[];
  diff: TurnDiff | null;
}

/** Unified diff of all files the turn changed. */
export interface TurnDiff {
  text: string;
  /** Only its beginning is here. */
  truncated: boolean;
  /** In the whole diff; null where it is all here. */
  files: number | null;
}

/** That an action is here in part only. */
export interface ActionCut {
  /** Characters of all of it. */
  size: number;
  /** Of each of its changes, where a diff is cut. */
  diffStats: readonly DiffStat[] | null;
}

/** How much a notice matters; `info` is a quiet line. */
export type NoticeLevel = 'info' | 'warning' | 'error';

/** Each with the number of the event that gives it its place. */
export type TurnPart =
  | { kind: 'user'; id: string; message: Message; seq: number }
  | { kind: 'text'; id: string; text: string; isPlan: boolean; seq: number }
  | { kind: 'reasoning'; id: string; text: string; seq: number }
  | { kind: 'action'; id: string; action: AgentAction; cut: ActionCut | null; seq: number }
  | { kind: 'plan'; id: string; explanation: string | null; steps: readonly PlanStep[]; seq: number }
  | { kind: 'approval'; id: string; approval: Approval; seq: number }
  | { kind: 'notice'; id: string; level: NoticeLevel; text: string; willRetry: boolean; seq: number };

export type PartKind = TurnPart['kind'];
export type PartOf<K extends PartKind> = Extract<TurnPart, { kind: K }>;

export const emptyView: ChatView = {
  ...{ lastSeq: 0, turns: [], usage: null, contextWindow: null, contextTokens: null, previousCursor: null },
  ...{ isHeld: false, queueVersion: null },
};

export function newTurn(id: string): TurnView {
  return {
    id,
    status: 'queued',
    turnsBefore: 0,
    error: null,
    usage: null,
    ...{ kind: 'message', backend: null, model: null },
    startedAt: null,
    endedAt: null,
    parts: [],
    diff: null,
  };
}

export function isActive(turn: TurnView): boolean {
  return turn.status === 'running' || turn.status === 'queued';
}

/** Whether there is something to stop: what a held queue keeps waiting is none. */
export function isAtWork(view: ChatView): boolean {
  return runningTurn(view) !== null || (!view.isHeld && view.turns.some(isActive));
}

/** The turn that runs now, if any; at most one does. */
export function runningTurn(view: ChatView): TurnView | null {
  return view.turns.find((turn) => turn.status === 'running') ?? null;
}

/**
 * The turns that wait behind another one, or for a word, the next first. One that only needs room is shown as it will be, in the
 * conversation.
 */
export function waitingTurns({ turns, isHeld }: ChatView): readonly TurnView[] {
  const active = turns.filter(isActive);
  const [first] = active;
  const waiting = active.filter(({ status }) => status === 'queued');
  return isHeld ? waiting : waiting.filter((turn) => turn !== first);
}

/** What a turn answers. */
export function questionOf({ parts }: TurnView): Message | undefined {
  const part = parts.find((candidate) => candidate.kind === 'user');
  return part?.kind === 'user' ? part.message : undefined;
}

export function isWaitingForApproval(turn: TurnView): boolean {
  return turn.parts.some((part) => part.kind === 'approval' && part.approval.status === 'pending');
}

export function textOf(message: Message): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Whether a message of the agent says what it would do. */
export function isPlan(message: Message): boolean {
  return message.content.some((part) => part.type === 'text' && part.plan === true);
}

/** An address as the page loads it: paths of the service count from the folder that it lies in, below a proxy's too. */
const loadable = (url: string): string => url.replace(/^\/(?=api\/)/, '');

export function imagesOf(message: Message): ShownImage[] {
  return message.content.flatMap((part) => {
    if (part.type !== 'image') return [];
    const { width, height } = part;
    return [{ url: loadable(part.url), size: width && height ? { width, height } : null }];
  });
}

/** A picture of a message. */
export interface ShownImage {
  url: string;
  /** Pixels; null while the service has not measured it. */
  size: { width: number; height: number } | null;
}

/** A file of a message. */
export interface ShownFile {
  name: string;
  /** Bytes. */
  size: number;
  /** Null while it is on its way. */
  url: string | null;
  /** Where the agent finds it; null for a text that it is given with the message. */
  path: string | null;
}

export function filesOf(message: Message): ShownFile[] {
  return message.content.flatMap((part) => {
    if (part.type !== 'file') return [];
    return [{ name: part.fileName, size: part.size, url: loadable(part.url), path: part.path }];
  });
}

/** How much a notice of this type of event matters. */
export function noticeLevel(type: EventType): NoticeLevel {
  return type === 'warning' || type === 'error' ? type : 'info';
}
