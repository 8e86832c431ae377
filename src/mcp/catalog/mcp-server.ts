export const MCP_MODES = ['required', 'default_on', 'opt_in'] as const;
export type McpMode = (typeof MCP_MODES)[number];

export const MCP_SCOPES = ['operator', 'project', 'user'] as const;
export type McpScope = (typeof MCP_SCOPES)[number];

/** Whether a person is asked before a tool runs: as the tool says of itself, before each, or never. */
export const MCP_APPROVALS = ['auto', 'always', 'never'] as const;
export type McpApproval = (typeof MCP_APPROVALS)[number];

/** What an agent, and a person, calls a server by. */
export const MCP_NAME = /^[a-z][a-z0-9_-]{0,31}$/;
export const MCP_NAME_RULE = 'a lower-case letter, then letters, digits, "_" or "-", at most 32 in all';

/** Names of one are told apart by nobody: codex makes the same word of both for a model. */
export const wordOf = (name: string): string => name.replaceAll('-', '_');

export interface HttpTransport {
  readonly kind: 'http';
  readonly url: string;
}

export interface StdioTransport {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  /** Variables as they are. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables of the service that it gets. */
  readonly envFrom: readonly string[];
  /** Whether it reaches the network. */
  readonly network: boolean;
  /** What it sees of the chat's workspace. */
  readonly workspace: 'none' | 'read' | 'write';
}

/** How calls say whom they are for. */
export type McpAuth =
  | { readonly kind: 'none' }
  /** `variable`: of the service; null: the secret is stored with the server. */
  | { readonly kind: 'bearer'; readonly variable: string | null }
  /** Each user signs in. `clientId` null: the service registers itself. */
  | {
      readonly kind: 'oauth';
      readonly clientId: string | null;
      readonly clientSecretVariable: string | null;
      readonly scopes: readonly string[];
    };

/** An MCP server that chats can use, whoever has added it. */
export interface McpServer {
  /** Of the operator's: its name. */
  readonly id: string;
  readonly name: string;
  readonly scope: McpScope;
  readonly description: string | null;
  readonly mode: McpMode;
  readonly transport: HttpTransport | StdioTransport;
  readonly auth: McpAuth;
  /** Tools that are offered; null: all. */
  readonly enabledTools: readonly string[] | null;
  readonly approval: McpApproval;
  readonly startupTimeoutSeconds: number;
  readonly toolTimeoutSeconds: number;
}

/** Seconds, where nothing else is said. */
export const DEFAULT_STARTUP_TIMEOUT = 10;
export const DEFAULT_TOOL_TIMEOUT = 60;
