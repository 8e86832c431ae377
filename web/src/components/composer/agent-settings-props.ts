import type { Backend, Template } from '../../api/types';
import type { AgentSettings } from '../../session/agent-settings';

/** What a chat chooses of what there is; left out: what its template says, or what is usual. */
export interface ToolChoice {
  mcpServers?: string[] | null;
  skills?: string[];
}

export interface ToolSettings {
  /** A chat that is there, or where a new one belongs. */
  place: { chatId: string; projectId: string } | { projectId: string | null };
  chosen: ToolChoice;
  /** Rejects with what the server has said. */
  onChange: (changes: ToolChoice) => Promise<void>;
}

export interface AgentSettingsProps {
  settings: AgentSettings;
  backend: Backend | undefined;
  /** Of a chat that is there: what it has instead of what is usual. */
  isOfChat: boolean;
  templates?: readonly Template[];
  tools?: ToolSettings;
  onChange: (changes: AgentSettings) => void;
}
