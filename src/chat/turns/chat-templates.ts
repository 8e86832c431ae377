import type { User } from '../../auth/user';
import type { AgentPolicy } from '../../config/agent-policy';
import type { Write } from '../../database/write-queue';
import type { Sampling } from '../../gateway/wire/responses-request';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnCeiling } from './turn-budget';

/** What a new chat gets of the template that it is made from. */
export interface ChosenTemplate {
  /** For `chat_sessions.template_version_id`. */
  readonly versionId: string;
  /** Where the request for the chat says nothing else. */
  readonly defaults: Partial<AgentPolicy> & {
    readonly backend?: string;
    readonly model?: string;
    readonly mcpServers?: string[];
    readonly skills?: string[];
  };
  /** Keeps the version; to be committed with the chat. */
  readonly write: Write<unknown>;
}

/** How the agent of a chat works in its next turn. */
export interface AgentSettings {
  /** What it is told before the chat's own instructions, in this order. */
  readonly instructions: readonly string[];
  /** For messages that ask for none, where the model has it. */
  readonly effort?: string;
  /** Names of tools of the service that it has beside those of every chat. */
  readonly tools?: readonly string[];
  readonly sampling: Sampling;
  /** Beside the operator's own. */
  readonly ceiling: TurnCeiling;
}

/** Templates and instructions, as far as chats and turns need them. */
export abstract class ChatTemplates {
  /**
   * @param reference id of a template; undefined: the operator's choice for chats that name none, which may be none
   * @returns null for no template
   * @throws DomainError `template_not_found`
   */
  abstract choose(user: User, reference: string | undefined, projectId: string): Promise<ChosenTemplate | null>;

  /** @throws Error of the database */
  abstract settingsOf(chat: ChatEntity): Promise<AgentSettings>;
}
