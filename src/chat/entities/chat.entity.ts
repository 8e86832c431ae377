import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ApprovalPolicy, SandboxMode } from '../../config/agent-policy';
import { wholeNumber } from '../../database/whole-number';
import type { StoredLeftOut } from '../../gateway/routing/refused-content';
import { TokenUsage } from './token-usage.dto';

/** A conversation: one codex thread, one workspace, its messages. */
@Entity('chat_sessions')
@Index(['userId', 'archived', 'id'])
@Index(['projectId', 'archived', 'id'])
@Index('chat_sessions_activity', ['userId', 'archived', 'updatedAt', 'id'])
export class ChatEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  /** What it is filed in, whose members may use it. */
  @Column('varchar', { nullable: true })
  projectId: string;

  /** Empty until somebody names the chat or its first message does. */
  @Column('varchar')
  title: string;

  @Column('varchar')
  backend: string;

  /** Overrides the backend's own model. */
  @Column('varchar', { nullable: true })
  model: string | null;

  @Column('text', { nullable: true })
  instructions: string | null;

  @Column('varchar')
  approvalPolicy: ApprovalPolicy;

  @Column('varchar')
  sandboxMode: SandboxMode;

  @Column('boolean')
  archived: boolean;

  /** Null until the first turn has a thread. */
  @Column('varchar', { nullable: true })
  codexThreadId: string | null;

  /** Tokens of all turns. */
  @Column(() => TokenUsage, { prefix: 'usage' })
  usage: TokenUsage;

  /** Bytes of its folder when that was measured last. */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  storedBytes: number;

  /** Number of the last event in its log, 0 for none. */
  @Column('integer')
  lastSeq: number;

  /** What does not go out to models any more because a provider has refused it; null: nothing. */
  @Column('simple-json', { nullable: true })
  leftOut: StoredLeftOut | null;

  /** What waits stays waiting until somebody says otherwise. */
  @Column('boolean', { default: false })
  queueHeld: boolean;

  /** The turn that may begin although the queue is held; null: none. */
  @Column('varchar', { nullable: true })
  queuePass: string | null;

  /** How often its users have changed what waits. */
  @Column('integer', { default: 0 })
  queueRevision: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
