import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AgentActionKind, AgentActionStatus } from '../../app-server/agent/agent-item';

export type { AgentActionKind, AgentActionStatus } from '../../app-server/agent/agent-item';

/** One step of the agent that does something: a command, a file change, a tool call. */
@Entity('agent_actions')
@Index(['chatId', 'seq'])
@Index(['turnId', 'status'])
export class AgentActionEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** Number of the event that brought it into the chat's log: its place in the chat. */
  @Column('integer')
  seq: number;

  @Column('varchar')
  turnId: string;

  @Column('varchar')
  kind: AgentActionKind;

  @Column('varchar')
  status: AgentActionStatus;

  @Column('text')
  title: string;

  /** By kind; see AgentActionDto. */
  @Column('simple-json')
  data: Record<string, unknown>;

  @Column('varchar')
  startedAt: string;

  @Column('varchar', { nullable: true })
  endedAt: string | null;
}

/** One that has no place in its chat's log yet. */
export type NewAgentAction = Omit<AgentActionEntity, 'seq'>;
