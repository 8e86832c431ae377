import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import type { AgentPolicy } from '../config/agent-policy';
import { ChatConfig } from '../config/chat.config';
import { PoolConfig } from '../config/pool.config';
import { SandboxCeiling } from '../config/sandbox-permissions';

/** What chats may choose, and what they get, below the operator's ceiling (`CODEX_SANDBOX_MODE_MAX`, `CODEX_NETWORK_ACCESS`). */
@Injectable()
export class AgentPolicies {
  private readonly ceiling: SandboxCeiling;

  constructor(
    private readonly config: ChatConfig,
    pool: PoolConfig,
  ) {
    this.ceiling = pool.sandboxCeiling;
  }

  /**
   * Of a new chat.
   *
   * @param usual of its template, for what is not asked for; below the ceiling as the operator's own
   * @throws DomainError as `check`
   */
  ofNew(input: Partial<AgentPolicy>, usual: Partial<AgentPolicy> = {}): AgentPolicy {
    this.check(input);
    return this.applied({
      approvalPolicy: input.approvalPolicy ?? usual.approvalPolicy ?? this.config.approvalPolicy,
      sandboxMode: input.sandboxMode ?? usual.sandboxMode ?? this.config.sandboxMode,
      networkAccess: input.networkAccess ?? usual.networkAccess ?? false,
    });
  }

  /** @throws DomainError 403 `sandbox_mode_not_allowed`, `approval_policy_not_allowed`, `network_access_not_allowed`. */
  check(input: Partial<AgentPolicy>): void {
    const { approvalPolicy = 'never', sandboxMode = 'read-only', networkAccess = false } = input;
    const permissions = this.ceiling.permissionsFor({ approvalPolicy, sandboxMode, networkAccess });
    if (permissions.exceedsMode) {
      const detail = `sandboxMode may be at most "${this.ceiling.mode}" here.`;
      throw new DomainError(403, 'sandbox_mode_not_allowed', detail);
    }
    if (permissions.exceedsApprovals) {
      const detail =
        'approvalPolicy may be "on-request" or "never" here: nothing may be approved that leaves the sandbox.';
      throw new DomainError(403, 'approval_policy_not_allowed', detail);
    }
    if (permissions.exceedsNetwork) {
      const detail = 'networkAccess is not allowed here (CODEX_NETWORK_ACCESS).';
      throw new DomainError(403, 'network_access_not_allowed', detail);
    }
  }

  /** Of a chat that may be older than the ceiling. */
  applied({ approvalPolicy, sandboxMode, networkAccess }: AgentPolicy): AgentPolicy {
    return this.ceiling.permissionsFor({ approvalPolicy, sandboxMode, networkAccess }).effective;
  }
}
