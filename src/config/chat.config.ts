import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { APPROVAL_POLICIES, SANDBOX_MODES, type ApprovalPolicy, type SandboxMode } from './agent-policy';
import { asLowerCase, asNumber, Env } from './env.decorator';

/** What a chat starts with, and its limits. */
export class ChatConfig {
  /** When codex asks a person for approval, for chats that do not say. */
  @Env('CODEX_APPROVAL_POLICY', asLowerCase)
  @IsIn(APPROVAL_POLICIES)
  approvalPolicy: ApprovalPolicy = 'on-request';

  /** What the agent's commands may touch, for chats that do not say. */
  @Env('CODEX_SANDBOX_MODE', asLowerCase)
  @IsIn(SANDBOX_MODES)
  sandboxMode: SandboxMode = 'workspace-write';

  /** Id of the template that new chats get which name none. Empty: none. */
  @Env('CHAT_TEMPLATE')
  @IsString()
  template = '';

  /** Seconds until an unanswered approval is declined. */
  @Env('APPROVAL_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(604_800)
  approvalTimeoutSeconds = 3600;

  /** Messages of one chat that may wait behind its running turn. */
  @Env('CHAT_QUEUE_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(10_000)
  queueSize = 100;

  /**
   * Seconds after its end at which a turn's log is compacted: deltas and states that a later event of the turn has whole
   * are taken out.
   */
  @Env('EVENT_COMPACTION_DELAY_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  compactionDelaySeconds = 60;
}
