import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import { AgentPolicy, allowsMore, lowered } from '../config/agent-policy';
import { ChatConfig } from '../config/chat.config';
import { PoolConfig } from '../config/pool.config';

/** What chats may choose, and what they get, below the operator's ceiling (`CODEX_SANDBOX_MODE_MAX`). */
@Injectable()
export class AgentPolicies {
  constructor(
    private readonly config: ChatConfig,
    private readonly pool: PoolConfig,
  ) {}

  /** Of a new chat. @throws DomainError as `check` */
  ofNew(input: Partial<AgentPolicy>): AgentPolicy {
    this.check(input);
    const { approvalPolicy, sandboxMode } = this.config;
    return this.applied({
      approvalPolicy: input.approvalPolicy ?? approvalPolicy,
      sandboxMode: input.sandboxMode ?? sandboxMode,
    });
  }

  /** @throws DomainError 403 `sandbox_mode_not_allowed`, `approval_policy_not_allowed`. */
  check({ approvalPolicy, sandboxMode }: Partial<AgentPolicy>): void {
    const max = this.pool.sandboxModeMax;
    if (sandboxMode !== undefined && allowsMore(sandboxMode, max)) {
      throw new DomainError(403, 'sandbox_mode_not_allowed', `sandboxMode may be at most "${max}" here.`);
    }
    if (approvalPolicy === 'untrusted' && this.pool.isConfined) {
      const detail =
        'approvalPolicy may be "on-request" or "never" here: nothing may be approved that leaves the sandbox.';
      throw new DomainError(403, 'approval_policy_not_allowed', detail);
    }
  }

  /** Of a chat that may be older than the ceiling. */
  applied(chat: AgentPolicy): AgentPolicy {
    return lowered(chat, this.pool.sandboxModeMax);
  }
}
