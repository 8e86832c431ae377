import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageOf } from '../../chat/dto/page.dto';

const EVENT_TYPES = [
  ...['thread.started', 'turn.started', 'turn.completed', 'turn.failed', 'item.started', 'item.updated'],
  ...['item.completed', 'error', 'approval.requested', 'approval.resolved'],
];
const ITEM_TYPES = [
  ...['agent_message', 'reasoning', 'command_execution', 'file_change', 'mcp_tool_call', 'web_search'],
  ...['todo_list', 'error'],
];
const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

/** A step of a turn; its other fields are those of its type, as `codex exec --json` prints them. */
class ExecItemDto {
  /** @example item_0 */
  id: string;
  @ApiProperty({ enum: ITEM_TYPES })
  type: string;
  /** Of `agent_message` and `reasoning`. */
  text?: string;
  /** Of `command_execution`, with `aggregated_output` and `exit_code`. */
  command?: string;
  aggregated_output?: string;
  @ApiProperty({ type: Number, nullable: true, required: false })
  exit_code?: number | null;
  /** Of commands, file changes and tool calls: `in_progress`, `completed`, `failed`, and of a command `declined`. */
  status?: string;
  /** Of `file_change`: `{path, kind}` of each file, relative to the workspace. */
  @ApiPropertyOptional({ type: 'array', items: ANY_OBJECT })
  changes?: object[];
  /** Of `mcp_tool_call`, with `tool`, `arguments`, `result` and `error`. */
  server?: string;
  tool?: string;
  /** Of `todo_list`: `{text, completed}` of each. */
  @ApiPropertyOptional({ type: 'array', items: ANY_OBJECT })
  items?: object[];
}

/** What `codex exec --json` prints, and beside it `approval.requested` and `approval.resolved`. */
export class ExecEventDto {
  @ApiProperty({ enum: EVENT_TYPES })
  type: string;
  /** Of `thread.started`. */
  thread_id?: string;
  /** Of events of items. */
  @ApiPropertyOptional({ type: ExecItemDto })
  item?: ExecItemDto;
  /** Of `turn.completed`: `input_tokens`, `cached_input_tokens`, `output_tokens`, `reasoning_output_tokens`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'number' } })
  usage?: object;
  /** Of `turn.failed`: its `message`. */
  @ApiPropertyOptional(ANY_OBJECT)
  error?: object;
  /** Of `error`. */
  message?: string;
  /** Of `turn.started` in the history: what the user has said. */
  prompt?: string;
  /** Of approvals: `id`, `item_id`, `kind`, `request`, `decisions`, `status`, `decision`, `expires_at`. */
  @ApiPropertyOptional(ANY_OBJECT)
  approval?: object;
}

export class RunResultDto {
  @ApiProperty({ type: [ExecEventDto] })
  events: object[];
  /** The agent's last message; empty where it wrote none. */
  final_response: string;
}

/** A thread that was begun here or in any other client of the service. */
export class ExecThreadDto {
  thread_id: string;
  title: string;
  /** Whether a turn runs or waits. */
  running: boolean;
  created_at: string;
  updated_at: string;
}

export class ExecThreadPage extends PageOf(ExecThreadDto) {}
