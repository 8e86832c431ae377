import { Injectable } from '@nestjs/common';
import { McpServer, wordOf } from './catalog/mcp-server';
import { OperatorServers } from './catalog/operator-servers';
import { McpServerRows, serverOfRow } from './mcp-server-rows';

/** A server as one chat has it. */
export interface OfferedServer {
  readonly server: McpServer;
  /** Whether the chat's agent has it. */
  readonly isOn: boolean;
}

/** Which servers there are for a chat and for who writes in it. */
@Injectable()
export class McpDirectory {
  constructor(
    private readonly operator: OperatorServers,
    private readonly rows: McpServerRows,
  ) {}

  /** The operator's, then the project's, then the user's own; of one name the first. */
  async offered(userId: string, projectId: string | undefined): Promise<McpServer[]> {
    const rows = (await this.rows.list(userId, projectId)).map(serverOfRow);
    const all = [
      ...this.operator.list(),
      ...rows.filter(({ scope }) => scope === 'project'),
      ...rows.filter(({ scope }) => scope === 'user'),
    ];
    const words = new Set<string>();
    return all.filter(({ name }) => !words.has(wordOf(name)) && words.add(wordOf(name)));
  }

  /** @param chosen ids; null: what is on by default */
  async ofChat(userId: string, projectId: string, chosen: readonly string[] | null): Promise<OfferedServer[]> {
    const isChosen = ({ id, mode }: McpServer): boolean =>
      mode === 'required' || (chosen === null ? mode === 'default_on' : chosen.includes(id));
    return (await this.offered(userId, projectId)).map((server) => ({ server, isOn: isChosen(server) }));
  }
}
