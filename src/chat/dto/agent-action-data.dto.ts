import { ApiProperty } from '@nestjs/swagger';
import type { AgentActionKind } from '../entities/agent-action.entity';

/** Whatever a tool takes or gives: any JSON value. */
const ANYTHING = { type: Object, oneOf: [{}] };

export class CommandActionData {
  /** As the agent asked for it, with the shell that runs it. */
  command: string;
  /** Relative to the workspace. @example . */
  cwd: string;
  /** The middle of a long one is left out. */
  output: string;
  exitCode: number | null;
  durationMs: number | null;
  /** Of a command that the agent itself has not reported: why it failed. @example stopped by the sandbox */
  reason?: string;
}

export class FileChangeDto {
  /** Relative to the workspace. */
  path: string;
  @ApiProperty({ enum: ['add', 'update', 'delete'] })
  kind: 'add' | 'update' | 'delete';
  /** Where an updated file was moved to. */
  movePath: string | null;
  /** Unified hunks; for an added or deleted file its plain content. */
  diff: string;
}

export class FileChangeActionData {
  changes: FileChangeDto[];
  /** Of changes that the agent itself has not reported: why nothing was changed. */
  reason?: string;
}

export class McpToolCallActionData {
  server: string;
  tool: string;
  @ApiProperty(ANYTHING)
  arguments: unknown;
  /** Null while it runs, and when it failed. */
  @ApiProperty(ANYTHING)
  result: unknown;
  error: string | null;
}

export class ToolCallActionData {
  tool: string;
  @ApiProperty(ANYTHING)
  arguments: unknown;
  /** Null while it runs. */
  @ApiProperty(ANYTHING)
  output: unknown;
  success: boolean | null;
}

export class WebSearchActionData {
  query: string;
}

export class OtherActionData {
  /** Codex's own name of the kind of item. */
  type: string;
}

/** What each kind of agent action carries in `data`. */
export const ACTION_DATA = {
  command: CommandActionData,
  file_change: FileChangeActionData,
  mcp_tool_call: McpToolCallActionData,
  tool_call: ToolCallActionData,
  web_search: WebSearchActionData,
  other: OtherActionData,
} satisfies Record<AgentActionKind, new () => object>;
