import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Revisions of the protocol: the newest, and the line before it. */
export type McpLine = 'new' | 'old';
export const NEW_REVISION = '2026-07-28';

type Options = Parameters<Client['callTool']>[1];

/** The client of the MCP SDK, at the service's own `/mcp`. */
export class McpTestClient {
  private constructor(readonly client: Client) {}

  static async connect(url: string, token: string, line: McpLine): Promise<McpTestClient> {
    const mode = line === 'old' ? 'legacy' : { pin: NEW_REVISION };
    const client = new Client({ name: 'tester', version: '1' }, { versionNegotiation: { mode } });
    const headers = { authorization: `Bearer ${token}` };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
    return new McpTestClient(client);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  async tool(name: string, input: object, options?: Options): Promise<CallToolResult> {
    return this.client.callTool({ name, arguments: { ...input } }, options);
  }

  /** What a tool gives for programs. @throws Error where it refuses */
  async call<T = Record<string, unknown>>(name: string, input: object, options?: Options): Promise<T> {
    const { isError, structuredContent, content } = await this.tool(name, input, options);
    if (isError === true) throw new Error(JSON.stringify(content));
    return structuredContent as T;
  }

  /** The words with which a tool refuses. */
  async refusal(name: string, input: object): Promise<string> {
    const { isError, content } = await this.tool(name, input);
    const [part] = content;
    if (isError !== true || part?.type !== 'text') throw new Error('the tool has refused nothing');
    return part.text;
  }
}
