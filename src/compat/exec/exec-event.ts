import type { ApprovalDto } from '../../chat/dto/approval.dto';

/** What `codex exec --json` (0.171.0) prints, one object a line. */
export type ExecEvent =
  | { readonly type: 'thread.started'; readonly thread_id: string }
  /** `prompt` only where an earlier turn is told again: the program itself tells of no user's messages. */
  | { readonly type: 'turn.started'; readonly prompt?: string }
  | { readonly type: 'turn.completed'; readonly usage: ExecUsage }
  | { readonly type: 'turn.failed'; readonly error: { readonly message: string } }
  | { readonly type: 'item.started' | 'item.updated' | 'item.completed'; readonly item: ExecItem }
  | { readonly type: 'error'; readonly message: string }
  /** Beside those of the program, which asks nobody. */
  | { readonly type: 'approval.requested' | 'approval.resolved'; readonly approval: ExecApproval };

export interface ExecUsage {
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  /** Not known here. */
  readonly cache_write_input_tokens: 0;
  readonly output_tokens: number;
  readonly reasoning_output_tokens: number;
}

/** A step of a turn. @property id `item_0`, `item_1` ... */
export type ExecItem = { readonly id: string } & ExecItemDetails;

export type ExecItemDetails =
  | { readonly type: 'agent_message' | 'reasoning'; readonly text: string }
  | {
      readonly type: 'command_execution';
      readonly command: string;
      readonly aggregated_output: string;
      readonly exit_code: number | null;
      readonly status: ExecStatus | 'declined';
    }
  | { readonly type: 'file_change'; readonly changes: readonly ExecFileChange[]; readonly status: ExecStatus }
  | {
      readonly type: 'mcp_tool_call';
      readonly server: string;
      readonly tool: string;
      readonly arguments: unknown;
      readonly result: { readonly content: readonly unknown[]; readonly structured_content: unknown } | null;
      readonly error: { readonly message: string } | null;
      readonly status: ExecStatus;
    }
  | { readonly type: 'web_search'; readonly query: string; readonly action: { readonly type: 'other' } }
  | { readonly type: 'todo_list'; readonly items: readonly ExecTodo[] }
  | { readonly type: 'error'; readonly message: string };

export type ExecStatus = 'in_progress' | 'completed' | 'failed';

export interface ExecFileChange {
  /** Relative to the workspace; the program's own are absolute. */
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
}

export interface ExecTodo {
  readonly text: string;
  readonly completed: boolean;
}

export type ExecApproval = Pick<ApprovalDto, 'id' | 'kind' | 'request' | 'decisions' | 'status' | 'decision'> & {
  /** The item that it is about. */
  readonly item_id: string | null;
  /** When it counts as declined. */
  readonly expires_at: string;
};
