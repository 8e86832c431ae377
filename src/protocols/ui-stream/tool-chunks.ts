import type { UIMessageChunk } from 'ai';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';

/** The agent runs its tools itself: nothing is left for the client to execute. */
const OURS = { providerExecuted: true, dynamic: true } as const;

/** What of an action's data is known before it is over. */
const INPUTS: Readonly<Record<AgentActionDto['kind'], readonly string[]>> = {
  command: ['command', 'cwd'],
  file_change: ['changes'],
  mcp_tool_call: ['server', 'tool', 'arguments'],
  tool_call: ['tool', 'arguments'],
  web_search: ['query'],
  other: ['type'],
};

/** An action that begins, as a call of a dynamic tool with the name of its kind. */
export const toolInput = ({ id, kind, title, data }: AgentActionDto): UIMessageChunk => ({
  ...{ type: 'tool-input-available', toolCallId: id, toolName: kind, title, ...OURS },
  input: Object.fromEntries(Object.entries(data).filter(([name]) => INPUTS[kind].includes(name))),
});

/** How an action has ended. A command that has failed has an output all the same. */
export function toolOutput({ id, kind, status, data }: AgentActionDto): UIMessageChunk {
  if (status === 'declined') return { type: 'tool-output-denied', toolCallId: id };
  if (status === 'interrupted') return { type: 'tool-output-error', toolCallId: id, errorText: 'interrupted', ...OURS };
  const output = Object.fromEntries(Object.entries(data).filter(([name]) => !INPUTS[kind].includes(name)));
  if (kind === 'mcp_tool_call' && typeof data.error === 'string') {
    return { type: 'tool-output-error', toolCallId: id, errorText: data.error, ...OURS };
  }
  return { type: 'tool-output-available', toolCallId: id, output: { status, ...output }, ...OURS };
}

/** Kinds of questions that are about what the agent may or should do next, and about no action. */
const OF_NO_ACTION: readonly ApprovalDto['kind'][] = ['permissions', 'user_input'];

/** The tool call that a question is about: the action's, or one of its own where it is about none. */
export const toolCallOf = ({ id, itemId, kind }: ApprovalDto): string =>
  itemId === null || OF_NO_ACTION.includes(kind) ? id : itemId;

/** A question that is about no action, as a call of a dynamic tool. */
export const questionInput = (approval: ApprovalDto): UIMessageChunk => ({
  ...{ type: 'tool-input-available', toolCallId: toolCallOf(approval), toolName: approval.kind, ...OURS },
  input: approval.request,
});

export function approvalRequest(approval: ApprovalDto): UIMessageChunk {
  const { id, kind, request, choices, display, expiresAt } = approval;
  return {
    ...{ type: 'tool-approval-request', toolCallId: toolCallOf(approval), approvalId: id },
    approvalDescriptor: { kind, choices, display, expiresAt },
    ...(typeof request.reason === 'string' && { reason: request.reason }),
  };
}

/** What became of a question, whoever has answered it. */
export function approvalResponse({ id, status, decision, choices }: ApprovalDto): UIMessageChunk {
  const chosen = choices.find((choice) => JSON.stringify(choice.decision) === JSON.stringify(decision));
  const approved = status === 'resolved' && chosen !== undefined && chosen.effect !== 'refuse';
  return { type: 'tool-approval-response', approvalId: id, approved, providerExecuted: true };
}

/** The end of the call that a question without an action is. */
export function questionOutput(approval: ApprovalDto): UIMessageChunk {
  const { id, status, decision } = approval;
  const response = approvalResponse(approval);
  if ('approved' in response && response.approved) {
    return { type: 'tool-output-available', toolCallId: id, output: { status, decision }, ...OURS };
  }
  return { type: 'tool-output-denied', toolCallId: id };
}
