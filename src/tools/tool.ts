import type { AgentThread } from '../app-server/agent/agent-thread';
import type { AgentTool, ToolOutput } from '../app-server/agent/agent-tool';
import type { ApprovalPolicy } from '../config/agent-policy';

/**
 * When a person is asked before a call. `untrusted`: in chats with that approval policy; `always`: in all, and where nobody is
 * to be asked it is declined.
 */
export const TOOL_APPROVALS = ['never', 'untrusted', 'always'] as const;
export type ToolApproval = (typeof TOOL_APPROVALS)[number];

/** A call of a tool, and the turn that it is made in. */
export interface ToolContext {
  readonly chatId: string;
  readonly thread: ToolThread;
  /** Ends the call: the turn was interrupted, or it took too long. */
  readonly signal: AbortSignal;
  readonly jobs: Jobs;
}

/** What tools use of a thread. */
export type ToolThread = Pick<AgentThread, 'startProgram' | 'workspace'>;

/** What runs on in a turn beside its calls; ended with it. */
export type Jobs = Map<string, { end(): Promise<void> }>;

/** Something that a model may have this service do for it. */
export interface Tool extends AgentTool {
  readonly approval: ToolApproval;
  /** Longest time of a call in milliseconds. */
  readonly timeoutMs: number;
  /**
   * @param input follows the schema
   * @throws ToolRefusal with words for the model; whatever else is thrown it is told in general terms
   */
  call(input: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolOutput>;
}

/** Why a tool did not do what it was asked for, in words for the model. */
export class ToolRefusal extends Error {}

export const refused = (text: string): ToolOutput => ({ success: false, content: [{ type: 'text', text }] });
export const answered = (text: string): ToolOutput => ({ success: true, content: [{ type: 'text', text }] });

export type Consent = 'given' | 'asked' | 'declined';

/** Whether a call may be made at once. */
export function consentTo({ approval }: Pick<Tool, 'approval'>, policy: ApprovalPolicy): Consent {
  if (approval === 'always') return policy === 'never' ? 'declined' : 'asked';
  return approval === 'untrusted' && policy === 'untrusted' ? 'asked' : 'given';
}
