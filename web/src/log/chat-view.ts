import type { AgentAction, Approval, Message, PlanStep, TurnError, TurnStatus, Usage } from '../api/types';

/** What the page shows of one chat: its event log, folded. Every value is immutable, so identity means "unchanged". */
export interface ChatView {
  /** The number of the last event folded in; 0 before the first. */
  lastSeq: number;
  turns: readonly TurnView[];
  usage: Usage | null;
  /** Tokens the model can hold, where the backend knows it. */
  contextWindow: number | null;
}

export interface TurnView {
  id: string;
  status: TurnStatus;
  /** Turns that go before this one while it is queued. */
  turnsBefore: number;
  error: TurnError | null;
  usage: Usage | null;
  startedAt: string | null;
  endedAt: string | null;
  /** In the order in which they first appeared in the log. */
  parts: readonly TurnPart[];
  /** Unified diff of all files the turn changed. */
  diff: string | null;
}

/** How much a notice matters; `info` is a quiet line. */
export type NoticeLevel = 'info' | 'warning' | 'error';

export type TurnPart =
  | { kind: 'user'; id: string; message: Message; seq: number }
  | { kind: 'text'; id: string; text: string }
  | { kind: 'reasoning'; id: string; text: string }
  | { kind: 'action'; id: string; action: AgentAction }
  | { kind: 'plan'; id: string; explanation: string | null; steps: readonly PlanStep[] }
  | { kind: 'approval'; id: string; approval: Approval }
  | { kind: 'notice'; id: string; level: NoticeLevel; text: string; willRetry: boolean };

export type PartKind = TurnPart['kind'];
export type PartOf<K extends PartKind> = Extract<TurnPart, { kind: K }>;

export const emptyView: ChatView = { lastSeq: 0, turns: [], usage: null, contextWindow: null };

export function newTurn(id: string): TurnView {
  return {
    id,
    status: 'queued',
    turnsBefore: 0,
    error: null,
    usage: null,
    startedAt: null,
    endedAt: null,
    parts: [],
    diff: null,
  };
}

export function isActive(turn: TurnView): boolean {
  return turn.status === 'running' || turn.status === 'queued';
}

/** The turn that runs now, if any; at most one does. */
export function runningTurn(view: ChatView): TurnView | null {
  return view.turns.find((turn) => turn.status === 'running') ?? null;
}

export function isWaitingForApproval(turn: TurnView): boolean {
  return turn.parts.some((part) => part.kind === 'approval' && part.approval.status === 'pending');
}

export function textOf(message: Message): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Addresses as the page loads them: paths of the service count from the folder that it lies in, below a proxy's too. */
export function imagesOf(message: Message): string[] {
  return message.content.flatMap((part) => (part.type === 'image' ? [part.url.replace(/^\/(?=api\/)/, '')] : []));
}
