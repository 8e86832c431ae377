import type { SandboxMode } from '../../config/agent-policy';
import type { CommandGrantDto } from '../dto/approval-request.dto';

const PLACES = {
  inside: 'in the sandbox',
  inside_first: 'in the sandbox, and outside of it where that gets in the way',
  outside: 'outside of the sandbox',
} as const;

/** What is known of a command that a person is asked about. */
export interface AskedCommand {
  readonly sandboxMode: SandboxMode;
  /** Its sandbox lets it reach the network. */
  readonly networkAccess: boolean;
  /** Nothing of the service leaves the sandbox. */
  readonly isConfined: boolean;
  /** Its model has asked for it to run outside of the sandbox. */
  readonly asksToLeave: boolean;
  /** The question is about the network. */
  readonly asksForNetwork: boolean;
}

/**
 * What a command may do at most if it is allowed. Codex does not say whether a question leads out of the sandbox; one that its model has not
 * asked to leave it may be repeated outside of it (quirk `untrusted-repeats`).
 */
export function commandGrant(asked: AskedCommand): CommandGrantDto {
  const { sandboxMode, networkAccess, isConfined, asksToLeave, asksForNetwork } = asked;
  const sandbox = placeOf(sandboxMode, isConfined, asksToLeave);
  const isOpen = networkAccess && sandboxMode === 'workspace-write';
  const network = sandbox !== 'inside' || asksForNetwork || isOpen;
  const reach = network ? 'with the network' : 'without network';
  return { sandbox, network, text: `${PLACES[sandbox]}, ${reach}` };
}

function placeOf(mode: SandboxMode, isConfined: boolean, asksToLeave: boolean): CommandGrantDto['sandbox'] {
  if (isConfined) return 'inside';
  return mode === 'danger-full-access' || asksToLeave ? 'outside' : 'inside_first';
}
