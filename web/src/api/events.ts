import type { AgentAction, Approval, Message, Turn, TurnError, TurnStatus, Usage } from './types';

export interface PlanStep {
  step: string;
  status: 'pending' | 'inProgress' | 'completed';
}

/** What each event type of a chat's log carries. */
export interface EventData {
  'turn.queued': { turn: Turn; position?: number };
  'turn.started': { turn: Turn };
  'turn.completed': { status: TurnStatus; usage: Usage | null; error: TurnError | null; turn: Turn };
  'message.created': { message: Message };
  'message.delta': { messageId: string; delta: string };
  'message.completed': { message: Message };
  'reasoning.delta': { itemId: string; delta: string };
  'reasoning.completed': { itemId: string; text: string };
  'item.started': { item: AgentAction };
  'item.updated': { item: AgentAction };
  'item.completed': { item: AgentAction };
  'command.output': { itemId: string; delta: string };
  'diff.updated': { diff: string };
  'plan.updated': { explanation: string | null; plan: PlanStep[] };
  'approval.requested': { approval: Approval };
  'approval.resolved': { approval: Approval };
  'usage.updated': { usage: Usage; chatUsage: Usage; contextWindow: number | null };
  warning: { message: string };
  error: { code: string; message: string; willRetry: boolean };
}

export type EventType = keyof EventData;

/** One entry of a chat's log; `seq` counts from 1 in each chat. */
export type EventOf<T extends EventType> = {
  chatId: string;
  seq: number;
  turnId: string | null;
  type: T;
  at: string;
  data: EventData[T];
};

export type ChatEvent = { [T in EventType]: EventOf<T> }[EventType];
