import type { AgentPolicy, SandboxMode } from '../config/agent-policy';
import { ChatConfig } from '../config/chat.config';
import { PoolConfig } from '../config/pool.config';
import { AgentPolicies } from './agent-policies';

const below = (sandboxModeMax: SandboxMode, config: Partial<AgentPolicy> = {}): AgentPolicies =>
  new AgentPolicies(Object.assign(new ChatConfig(), config), Object.assign(new PoolConfig(), { sandboxModeMax }));

const EVERYTHING: AgentPolicy = {
  approvalPolicy: 'untrusted',
  sandboxMode: 'danger-full-access',
  networkAccess: true,
};
const CLOSED = { networkAccess: false };

describe('AgentPolicies', () => {
  it('let a chat choose anything by default', () => {
    const policies = below(new PoolConfig().sandboxModeMax);
    expect(policies.ofNew(EVERYTHING)).toEqual(EVERYTHING);
    expect(policies.ofNew({})).toEqual({ approvalPolicy: 'on-request', sandboxMode: 'workspace-write', ...CLOSED });
  });

  it('refuse what is above the ceiling', () => {
    const refused = (max: SandboxMode, input: Partial<AgentPolicy>) => () => below(max).check(input);
    const tooMuch = expect.objectContaining({ status: 403, code: 'sandbox_mode_not_allowed' }) as unknown;
    expect(refused('workspace-write', { sandboxMode: 'danger-full-access' })).toThrow(tooMuch as Error);
    expect(refused('read-only', { sandboxMode: 'workspace-write' })).toThrow(tooMuch as Error);
    expect(refused('read-only', { sandboxMode: 'read-only', approvalPolicy: 'never' })).not.toThrow();
    const asked = expect.objectContaining({ status: 403, code: 'approval_policy_not_allowed' }) as unknown;
    expect(refused('workspace-write', { approvalPolicy: 'untrusted' })).toThrow(asked as Error);
    const network = expect.objectContaining({ status: 403, code: 'network_access_not_allowed' }) as unknown;
    expect(refused('workspace-write', { networkAccess: true })).toThrow(network as Error);
  });

  it('lower the default, and what was chosen before', () => {
    expect(below('read-only').ofNew({})).toEqual({ approvalPolicy: 'on-request', sandboxMode: 'read-only', ...CLOSED });
    expect(below('workspace-write', EVERYTHING).ofNew({})).toEqual({
      ...{ approvalPolicy: 'on-request', sandboxMode: 'workspace-write' },
      ...CLOSED,
    });
    expect(below('workspace-write').applied(EVERYTHING).sandboxMode).toBe('workspace-write');
    expect(below('workspace-write').applied({ ...EVERYTHING, sandboxMode: 'read-only' }).sandboxMode).toBe('read-only');
  });
});
