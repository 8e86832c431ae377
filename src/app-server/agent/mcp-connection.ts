/** An MCP server as the agent reaches it. */
export interface McpConnection {
  /** Lower-case letters, digits, `_`, `-`: the agent's tools are named after it. */
  readonly name: string;
  /** Over streamable HTTP. */
  readonly url: string;
  /** What each call carries. */
  readonly token: string;
  /** No thread is opened without it. */
  readonly isRequired: boolean;
  /** Null: all. */
  readonly enabledTools: readonly string[] | null;
  /** Whether a person is asked before a tool runs. */
  readonly approval: 'auto' | 'always' | 'never';
  readonly startupTimeoutSeconds: number;
  readonly toolTimeoutSeconds: number;
}

const APPROVAL_MODES = { auto: 'auto', always: 'prompt', never: 'approve' } as const;
/** The service's own deadline comes first, and says more. */
const MARGIN_SECONDS = 5;
/** A person may be asked in the middle of a call: the service, which knows, ends one that is silent. */
const LONGEST_CALL_SECONDS = 86_400;

/** In codex's words, for one thread. */
export function mcpConfig(connections: readonly McpConnection[]) {
  if (connections.length === 0) return {};
  return { mcp_servers: Object.fromEntries(connections.map((one) => [one.name, settingsOf(one)])) };
}

const settingsOf = (connection: McpConnection) => ({
  url: connection.url,
  // In a header, as addresses are in messages of errors.
  http_headers: { Authorization: `Bearer ${connection.token}` },
  required: connection.isRequired,
  ...(connection.enabledTools && { enabled_tools: [...connection.enabledTools] }),
  default_tools_approval_mode: APPROVAL_MODES[connection.approval],
  startup_timeout_sec: connection.startupTimeoutSeconds + MARGIN_SECONDS,
  tool_timeout_sec: LONGEST_CALL_SECONDS,
});
