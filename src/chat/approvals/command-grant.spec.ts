import { type AskedCommand, commandGrant } from './command-grant';

const ASKED: AskedCommand = {
  ...{
    sandboxMode: 'workspace-write',
    networkAccess: false,
    isConfined: false,
    asksToLeave: false,
    asksForNetwork: false,
  },
};

describe('what a command may do if it is allowed', () => {
  it.each([
    ['asks to leave the sandbox', { asksToLeave: true }, 'outside', true],
    ['stays in a sandbox with the network', { isConfined: true, networkAccess: true }, 'inside', true],
    ['is of a chat with full access', { sandboxMode: 'danger-full-access' }, 'outside', true],
    ['does not say so: the sandbox may get in its way', {}, 'inside_first', true],
    ['is below a ceiling', { isConfined: true, asksToLeave: true }, 'inside', false],
    ['is below a ceiling, and asks for the network', { isConfined: true, asksForNetwork: true }, 'inside', true],
  ] as const)('is said at its most where it %s', (_what, change, sandbox, network) => {
    const grant = commandGrant({ ...ASKED, ...change });
    expect(grant).toMatchObject({ sandbox, network });
    expect(grant.text).toContain(network ? 'with the network' : 'without network');
    expect(grant.text).toContain(sandbox === 'inside' ? 'in the sandbox' : 'outside of');
  });
});
