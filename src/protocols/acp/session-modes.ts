import type { SessionModeState } from '@agentclientprotocol/sdk';
import type { ChatDto } from '../../chat/dto/chat.dto';
import { SANDBOX_MODES, type SandboxMode } from '../../config/agent-policy';

/** Holds for the prompts of one connection: a turn is one that plans, a chat is none. */
export const PLAN = 'plan';

const MODES = [
  { id: 'read-only', name: 'Read only', description: 'Commands of the agent read; they write nothing.' },
  { id: 'workspace-write', name: 'Write', description: 'Commands of the agent write in the workspace of the chat.' },
  { id: 'danger-full-access', name: 'No sandbox', description: 'Commands of the agent run without a sandbox.' },
  { id: PLAN, name: 'Plan', description: 'The agent says what it would do, and changes nothing.' },
];

/** Without a sandbox only where the chat is so already: that is decided elsewhere. */
export function modesOf({ sandboxMode }: Pick<ChatDto, 'sandboxMode'>, isPlanning: boolean): SessionModeState {
  const availableModes = MODES.filter(({ id }) => id !== 'danger-full-access' || sandboxMode === id);
  return { currentModeId: isPlanning ? PLAN : sandboxMode, availableModes };
}

export const sandboxModeIn = (modeId: string): SandboxMode | undefined => SANDBOX_MODES.find((mode) => mode === modeId);
