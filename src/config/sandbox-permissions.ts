import { AgentPolicy, SANDBOX_MODES, SandboxMode } from './agent-policy';

const allowsMore = (mode: SandboxMode, than: SandboxMode): boolean =>
  SANDBOX_MODES.indexOf(mode) > SANDBOX_MODES.indexOf(than);

/** The most that the operator allows any sandbox (`CODEX_SANDBOX_MODE_MAX`, `CODEX_NETWORK_ACCESS`). */
export class SandboxCeiling {
  constructor(
    readonly mode: SandboxMode,
    readonly allowsNetwork: boolean,
  ) {}

  /** Nothing may leave its sandbox, whoever would approve of it. */
  get confines(): boolean {
    return this.mode !== 'danger-full-access';
  }

  /** What an agent of which this is requested may do. */
  permissionsFor(requested: AgentPolicy): SandboxPermissions {
    return new SandboxPermissions(requested, this);
  }
}

/** What an agent may do: what was requested for it, the operator's ceiling, and what comes of both. */
export class SandboxPermissions {
  constructor(
    readonly requested: AgentPolicy,
    readonly ceiling: SandboxCeiling,
  ) {}

  /**
   * What holds. A confined chat cannot have `untrusted`: what a person approves there codex runs again without the sandbox,
   * and without asking, when the sandbox gets in its way (quirk `untrusted-repeats`).
   */
  get effective(): AgentPolicy {
    const { requested, ceiling } = this;
    return {
      approvalPolicy: this.exceedsApprovals ? 'on-request' : requested.approvalPolicy,
      sandboxMode: this.exceedsMode ? ceiling.mode : requested.sandboxMode,
      networkAccess: requested.networkAccess && ceiling.allowsNetwork,
    };
  }

  /** The requested mode is above the ceiling. */
  get exceedsMode(): boolean {
    return allowsMore(this.requested.sandboxMode, this.ceiling.mode);
  }

  /** Network was requested, and no sandbox may have it. */
  get exceedsNetwork(): boolean {
    return this.requested.networkAccess && !this.ceiling.allowsNetwork;
  }

  /** The requested policy would let a person approve of a way out of the sandbox. */
  get exceedsApprovals(): boolean {
    return this.ceiling.confines && this.requested.approvalPolicy === 'untrusted';
  }
}
