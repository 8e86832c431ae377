import { ApiProperty } from '@nestjs/swagger';
import { SchemaVariants } from '../../common/schema-variants';
import { NewAgentAction, type AgentActionKind, type AgentActionStatus } from '../entities/agent-action.entity';
import { ACTION_DATA } from './agent-action-data.dto';

const STATUSES: AgentActionStatus[] = ['running', 'completed', 'failed', 'declined', 'interrupted'];

@SchemaVariants('kind', 'data', ACTION_DATA)
export class AgentActionDto {
  id: string;
  chatId: string;
  turnId: string;
  @ApiProperty({ type: String })
  kind: AgentActionKind;
  @ApiProperty({ enum: STATUSES })
  status: AgentActionStatus;
  /** One line for a person. @example ls -la */
  title: string;
  data: Record<string, unknown>;
  startedAt: string;
  endedAt: string | null;
}

export function toAgentActionDto(action: NewAgentAction): AgentActionDto {
  const { id, chatId, turnId, kind, status, title, data, startedAt, endedAt } = action;
  return { id, chatId, turnId, kind, status, title, data, startedAt, endedAt };
}
