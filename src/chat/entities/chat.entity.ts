import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ThreadOrigin } from '../../app-server/agent/agent-pool';
import type { ApprovalPolicy, SandboxMode } from '../../config/agent-policy';
import { wholeNumber } from '../../database/whole-number';
import type { StoredLeftOut } from '../../gateway/routing/refused-content';
import { TokenUsage } from './token-usage.dto';

/** A conversation: one codex thread, one workspace, its messages. */
@Entity('chat_sessions')
@Index(['userId', 'archived', 'id'])
@Index(['projectId', 'archived', 'id'])
@Index('chat_sessions_template', ['templateVersionId'])
@Index(['familyId', 'id'])
@Index(['parentId', 'branchKey'], { unique: true })
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

  /** What the template said when the chat was made from it; null: from none. */
  @Column('varchar', { nullable: true })
  templateVersionId: string | null;

  @Column('varchar')
  approvalPolicy: ApprovalPolicy;

  @Column('varchar')
  sandboxMode: SandboxMode;

  /** Whether sandboxed commands that may write reach the network. */
  @Column('boolean', { default: false })
  networkAccess: boolean;

  @Column('boolean')
  archived: boolean;

  /** Null until the first turn has a thread. */
  @Column('varchar', { nullable: true })
  codexThreadId: string | null;

  /** A turn of it was to plan: codex plans on from then on where it is not told otherwise. */
  @Column('boolean', { default: false })
  hasPlanned: boolean;

  /** Tokens of all turns. */
  @Column(() => TokenUsage, { prefix: 'usage' })
  usage: TokenUsage;

  /** Bytes of its folder when that was measured last. */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  storedBytes: number;

  /** Its part of the bytes of its family's snapshots. */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  snapshotBytes: number;

  /** The chat that it branched off from, which may be deleted by now; null: none. */
  @Column('varchar', { nullable: true })
  parentId: string | null;

  /** The parent's last turn that it has, too; null: it has none of them. */
  @Column('varchar', { nullable: true })
  parentTurnId: string | null;

  /** The first chat of those that branched off from one another; its own id where it is that. */
  @Column('varchar', { default: '' })
  familyId: string;

  /** The id under which whoever made it asked for it; a repeat makes no second branch. */
  @Column('varchar', { nullable: true })
  branchKey: string | null;

  /** Where its first thread comes from; null: it begins anew, or has one. */
  @Column('simple-json', { nullable: true })
  threadOrigin: ThreadOrigin | null;

  /** Number of the last event in its log, 0 for none. */
  @Column('integer')
  lastSeq: number;

  /** What does not go out to models any more because a provider has refused it; null: nothing. */
  @Column('simple-json', { nullable: true })
  leftOut: StoredLeftOut | null;

  /** Ids of the MCP servers that it has beside the required ones; null: those that are on by default. */
  @Column('simple-json', { nullable: true })
  mcpServers: string[] | null;

  /** Names of the skills that it has chosen. */
  @Column('simple-json', { default: '[]' })
  skills: string[];

  /** SHA-256 of the instructions that its thread knows, in hexadecimal digits; null: that is not known. */
  @Column('varchar', { nullable: true })
  toldInstructions: string | null;

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
