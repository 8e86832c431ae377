import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { TokenUsageBreakdown } from '../protocol/generated/v2/TokenUsageBreakdown';
import { AgentFailure, agentFailure } from './agent-failure';
import { AgentItem, agentItem, FileChange, fileChanges, REASONING_SEPARATOR, relativeDiff } from './agent-item';
import type { AgentQuestion } from './agent-question';
import type { AgentToolCall, ToolOutput } from './agent-tool';
import { AgentTurn, agentTurn } from './agent-turn';

/** Tokens of one call of the model. */
export type AgentUsage = Readonly<Record<Exclude<keyof TokenUsageBreakdown, 'cacheWriteInputTokens'>, number>>;

export interface AgentPlanStep {
  readonly step: string;
  readonly status: 'pending' | 'inProgress' | 'completed';
}

interface ItemDelta {
  readonly itemId: string;
  readonly delta: string;
}

/** What each type of event carries. */
interface AgentEventData {
  turnStarted: object;
  turnEnded: { readonly turn: AgentTurn };
  itemStarted: { readonly item: AgentItem };
  itemCompleted: { readonly item: AgentItem };
  messageDelta: ItemDelta;
  commandOutput: ItemDelta;
  /** Of a file change that is still being written: all of it so far. */
  fileChangeUpdated: { readonly itemId: string; readonly changes: readonly FileChange[] };
  reasoningSummary: ItemDelta;
  /** The raw reasoning of open models, beside a summary or without one. */
  reasoningText: ItemDelta;
  /** The turn's difference to the files before it, as a unified diff. */
  diffUpdated: { readonly diff: string };
  planUpdated: { readonly explanation: string | null; readonly plan: AgentPlanStep[] };
  /** A call of the model has ended. */
  usageUpdated: { readonly usage: AgentUsage; readonly contextWindow: number | null };
  /** `willRetry`: the agent tries the same again by itself. */
  error: { readonly failure: AgentFailure; readonly willRetry: boolean };
  warning: { readonly message: string };
  /** A person has to answer, or the turn waits for ever; one of both is to be called once. */
  question: {
    readonly question: AgentQuestion;
    /** Without effect when the question was withdrawn or the process is gone. */
    readonly respond: (response: unknown) => void;
    readonly refuse: (reason: string) => void;
  };
  /** The agent waits for what a tool of this service has to say; one of both is to be called once. */
  toolCall: {
    readonly call: AgentToolCall;
    /** Without effect when the call was withdrawn or the process is gone. */
    readonly respond: (output: ToolOutput) => void;
    readonly refuse: (reason: string) => void;
  };
  /** The agent no longer waits for the answer. */
  questionWithdrawn: { readonly questionId: AgentQuestion['id'] };
  /** A message of codex that makes no sense. */
  unreadable: { readonly error: unknown };
  /** A sign of life that means nothing to a chat. */
  other: object;
}

/** One thing that happens in a thread. */
export type AgentEvent = {
  [T in keyof AgentEventData]: {
    readonly type: T;
    /** Codex's id of the turn that it is about; null: of whichever runs. */
    readonly turnId: string | null;
  } & AgentEventData[T];
}[keyof AgentEventData];

/** Event without the turn that it is about. */
type Content = { [T in keyof AgentEventData]: { readonly type: T } & AgentEventData[T] }[keyof AgentEventData];

/**
 * A notification of codex about a thread as an event of ours.
 *
 * @param workspace absolute path of the chat's folder; paths in events are relative to it.
 */
export function agentEvent(notification: ServerNotification, workspace: string): AgentEvent {
  const content = itemContent(notification, workspace) ?? turnContent(notification, workspace);
  return { turnId: turnIdOf(notification), ...content };
}

/** A resumed thread first repeats the state that its last turn left, under that turn's id. */
function turnIdOf({ params }: ServerNotification): string | null {
  if ('turnId' in params && params.turnId !== null) return params.turnId;
  return 'turn' in params ? params.turn.id : null;
}

function itemContent({ method, params }: ServerNotification, workspace: string): Content | undefined {
  switch (method) {
    case 'item/started':
      return { type: 'itemStarted', item: agentItem(params.item, workspace) };
    case 'item/completed':
      return { type: 'itemCompleted', item: agentItem(params.item, workspace) };
    case 'item/agentMessage/delta':
    case 'item/plan/delta':
      return { type: 'messageDelta', itemId: params.itemId, delta: params.delta };
    case 'item/commandExecution/outputDelta':
      return { type: 'commandOutput', itemId: params.itemId, delta: params.delta };
    case 'item/fileChange/patchUpdated':
      return { type: 'fileChangeUpdated', itemId: params.itemId, changes: fileChanges(params.changes, workspace) };
    case 'item/reasoning/summaryPartAdded':
      if (params.summaryIndex === 0) return { type: 'other' };
      return { type: 'reasoningSummary', itemId: params.itemId, delta: REASONING_SEPARATOR };
    case 'item/reasoning/summaryTextDelta':
      return { type: 'reasoningSummary', itemId: params.itemId, delta: params.delta };
    case 'item/reasoning/textDelta':
      return { type: 'reasoningText', itemId: params.itemId, delta: params.delta };
    default:
      return undefined;
  }
}

function turnContent({ method, params }: ServerNotification, workspace: string): Content {
  switch (method) {
    case 'turn/started':
      return { type: 'turnStarted' };
    case 'turn/completed':
      return { type: 'turnEnded', turn: agentTurn(params.turn) };
    case 'turn/diff/updated':
      return { type: 'diffUpdated', diff: relativeDiff(params.diff, workspace) };
    case 'turn/plan/updated':
      return { type: 'planUpdated', explanation: params.explanation, plan: params.plan };
    case 'thread/tokenUsage/updated':
      return {
        type: 'usageUpdated',
        usage: params.tokenUsage.last,
        contextWindow: params.tokenUsage.modelContextWindow,
      };
    case 'error':
      return { type: 'error', failure: agentFailure(params.error), willRetry: params.willRetry };
    case 'warning':
      return { type: 'warning', message: params.message };
    case 'model/rerouted':
      return { type: 'warning', message: `The model was changed to ${params.toModel}.` };
    case 'serverRequest/resolved':
      return { type: 'questionWithdrawn', questionId: params.requestId };
    default:
      return { type: 'other' };
  }
}
