/** The objects of the REST contract, as the backend documents them at /docs. Times are ISO 8601 UTC strings. */

export interface Usage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  totalTokens: number;
}

export interface Chat {
  id: string;
  title: string | null;
  backend: string;
  model: string | null;
  status: 'idle' | 'running' | 'waiting_for_approval';
  lastSeq: number;
  archived: boolean;
  usage: Usage;
  createdAt: string;
  updatedAt: string;
}

export interface TurnError {
  code: string;
  message: string;
}

export type TurnStatus = 'queued' | 'running' | 'completed' | 'interrupted' | 'failed';

export interface Turn {
  id: string;
  chatId: string;
  status: TurnStatus;
  error: TurnError | null;
  usage: Usage | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export type MessageContent = { type: 'text'; text: string } | { type: 'image'; url: string };

export interface Message {
  id: string;
  chatId: string;
  turnId: string;
  role: 'user' | 'assistant';
  content: MessageContent[];
  status: 'streaming' | 'final' | 'partial';
  /** The sender's own id of the message, if it gave one. */
  clientMessageId: string | null;
  createdAt: string;
}

export interface FileChange {
  path: string;
  kind: 'add' | 'update' | 'delete';
  movePath: string | null;
  /** Unified hunks; for an added or deleted file the plain content. */
  diff: string;
}

interface ActionBase {
  id: string;
  chatId: string;
  turnId: string;
  status: 'running' | 'completed' | 'failed' | 'declined' | 'interrupted';
  title: string;
  startedAt: string;
  endedAt: string | null;
}

export interface CommandAction extends ActionBase {
  kind: 'command';
  data: { command: string; cwd: string; output: string; exitCode: number | null; durationMs: number | null };
}

export interface FileChangeAction extends ActionBase {
  kind: 'file_change';
  data: { changes: FileChange[] };
}

export interface McpToolAction extends ActionBase {
  kind: 'mcp_tool_call';
  data: { server: string; tool: string; arguments: unknown; result: unknown; error: unknown };
}

export interface ToolAction extends ActionBase {
  kind: 'tool_call';
  data: { tool: string; arguments: unknown; output: unknown; success: boolean | null };
}

export interface WebSearchAction extends ActionBase {
  kind: 'web_search';
  data: { query: string };
}

export interface OtherAction extends ActionBase {
  kind: 'other';
  data: { type: string };
}

export type AgentAction = CommandAction | FileChangeAction | McpToolAction | ToolAction | WebSearchAction | OtherAction;

/** A plain word, or an object whose one key names the decision. */
export type Decision = string | Record<string, unknown>;

export interface Question {
  id: string;
  header: string;
  question: string;
  options: { label: string; description: string }[] | null;
}

export interface CommandRequest {
  /** Null where only the network access of a running command is asked for. */
  command: string | null;
  cwd: string | null;
  reason: string | null;
  network?: unknown;
}

export interface FileChangeRequest {
  reason: string | null;
  /** Left out where the agent action of the approval (`itemId`) shows them. */
  changes?: FileChange[];
}

interface ApprovalBase {
  id: string;
  chatId: string;
  turnId: string;
  /** The agent action this is about. */
  itemId: string | null;
  decisions: Decision[];
  status: 'pending' | 'resolved' | 'expired' | 'canceled';
  decision: Decision | null;
  expiresAt: string | null;
  createdAt: string;
  resolvedAt: string | null;
}

export type Approval = ApprovalBase &
  (
    | { kind: 'command'; request: CommandRequest }
    | { kind: 'file_change'; request: FileChangeRequest }
    | { kind: 'user_input'; request: { questions: Question[] } }
    | { kind: 'permissions' | 'elicitation'; request: Record<string, unknown> }
  );

/** The answers to the questions of a `user_input` approval, by question id. */
export type Answers = Record<string, string[]>;

export interface Backend {
  id: string;
  type: string;
  model: string;
  displayName: string;
  isDefault: boolean;
  /** False: the variable with its API key is not set. */
  ready: boolean;
  /** What its models take; left out where the server does not say. */
  inputModalities?: string[];
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface PostedMessage {
  messageId: string;
  turnId: string;
}
