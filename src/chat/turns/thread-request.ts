import type { Tenant, ThreadRequest } from '../../app-server/agent/agent-pool';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';
import type { Surroundings } from './agent-surroundings';
import type { AgentSettings } from './chat-templates';
import { routeOf } from './turn-route';

/** What a thread is opened with beside what its chat says. */
interface Beside {
  readonly workspace: string;
  readonly surroundings: Surroundings;
  readonly settings: AgentSettings;
}

type Opening = Omit<ThreadRequest, 'mcpServers' | 'tools' | 'contextWindow'>;

/** How the thread of a chat is opened for a turn, but for its tools. */
export const requestOf = (
  { chat, turn }: { chat: ChatEntity; turn: TurnEntity },
  { workspace, surroundings, settings }: Beside,
  wait: Pick<ThreadRequest, 'signal' | 'onQueued'>,
): Opening => ({
  ...{ threadId: chat.codexThreadId, tenant: tenantOf(chat), workspace, ...wait },
  ...(chat.codexThreadId === null && chat.threadOrigin !== null && { from: chat.threadOrigin }),
  model: routeOf(chat, turn.options).backend,
  ...{ approvalPolicy: chat.approvalPolicy, sandboxMode: chat.sandboxMode, networkAccess: chat.networkAccess },
  variables: surroundings.variables,
  instructions:
    [...settings.instructions, chat.instructions, surroundings.instructions].filter(Boolean).join('\n\n') || null,
});

/** Whom the turns of a chat are for. */
export const tenantOf = ({ userId, id }: ChatEntity): Tenant => ({ userId, chatId: id });
