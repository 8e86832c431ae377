import { z } from 'zod';
import { integer, list, mapping, matching, text } from '../../gateway/catalog/field-schema';
import {
  DEFAULT_STARTUP_TIMEOUT,
  DEFAULT_TOOL_TIMEOUT,
  MCP_APPROVALS,
  MCP_MODES,
  MCP_NAME,
  MCP_NAME_RULE,
  McpAuth,
  McpServer,
  wordOf,
} from './mcp-server';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const VARIABLE_RULE = 'the name of an environment variable';
const ADDRESS = /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/;
const ADDRESS_RULE = 'an address that begins with http:// or https://, without a user or a fragment';
const variable = matching(VARIABLE, VARIABLE_RULE);
const flag = z.boolean('true or false');
const seconds = (most: number) => {
  const rule = `a whole number of seconds from 1 to ${most}`;
  return integer(1, rule).max(most, rule).optional();
};

const oauthSchema = mapping({
  client_id: text.optional().describe('Of the client that you have registered; default: the service registers itself.'),
  client_secret_env: variable.optional().describe('Variable that has its secret; default: a public client.'),
  scopes: list(text).optional().describe('What is asked for; default: what the server says that it needs.'),
});

const serverSchema = mapping({
  id: matching(MCP_NAME, MCP_NAME_RULE).describe('What chats, and the agent, call it by.'),
  description: text.optional().describe('For people who choose.'),
  url: matching(ADDRESS, ADDRESS_RULE).optional().describe('Of a server over streamable HTTP.'),
  command: text.optional().describe('Program of a server over stdio, which runs in a sandbox.'),
  args: z.array(z.string('a list of texts'), 'a list of texts').optional(),
  env: z
    .record(variable, z.string('a text'), 'a mapping of variables to texts')
    .optional()
    .describe('Variables of the command.'),
  env_from: list(variable).optional().describe('Variables of the service that the command gets; no others reach it.'),
  network: flag.optional().describe('Whether the command reaches the network; default: false.'),
  workspace: z
    .enum(['none', 'read', 'write'], 'one of none, read, write')
    .optional()
    .describe("What the command sees of the chat's workspace; default: none."),
  mode: z
    .enum(MCP_MODES, `one of ${MCP_MODES.join(', ')}`)
    .optional()
    .describe('required: in every chat, whose turns fail without it; default_on: unless a chat leaves it out; opt_in.'),
  bearer_token_env: variable.optional().describe('Variable of the service that has the token for all calls.'),
  oauth: oauthSchema.optional().describe('Each user signs in to it; {} is enough for most.'),
  enabled_tools: list(text).optional().describe('The tools that are offered; default: all.'),
  approval: z
    .enum(MCP_APPROVALS, `one of ${MCP_APPROVALS.join(', ')}`)
    .optional()
    .describe('When a person is asked before a tool runs; auto: as its own annotations say.'),
  startup_timeout: seconds(120).describe(`Seconds that it may take to start; default: ${DEFAULT_STARTUP_TIMEOUT}.`),
  tool_timeout: seconds(3600).describe(`Seconds that a call may be silent; default: ${DEFAULT_TOOL_TIMEOUT}.`),
}).superRefine((entry, context) => {
  const report = (field: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  if (entry.url !== undefined && !URL.canParse(entry.url)) report('url', `must be ${ADDRESS_RULE}`);
  if ((entry.url === undefined) === (entry.command === undefined))
    report('url', 'or "command" must be there, and not both');
  const foreign = entry.url === undefined ? OF_HTTP : OF_STDIO;
  for (const field of foreign) {
    if (entry[field] !== undefined)
      report(field, `is only for a server with "${entry.url === undefined ? 'url' : 'command'}"`);
  }
  if (entry.bearer_token_env !== undefined && entry.oauth !== undefined)
    report('oauth', 'does not go with "bearer_token_env"');
});

const OF_HTTP = ['bearer_token_env', 'oauth'] as const;
const OF_STDIO = ['args', 'env', 'env_from', 'network', 'workspace'] as const;

/** What `mcp.yaml` may hold. */
export const mcpFileSchema = mapping({
  servers: list(serverSchema).describe('MCP servers for the chats of everybody.'),
})
  .superRefine(({ servers }, context) => {
    const ids = servers.map(({ id }) => wordOf(id));
    ids.forEach((id, index) => {
      if (ids.indexOf(id) === index) return;
      context.addIssue({
        code: 'custom',
        path: ['servers', index, 'id'],
        message: 'is used by an earlier server, where "-" and "_" are the same',
      });
    });
  })
  .meta({ title: 'The MCP servers of codex-relay: mcp.yaml' });

/** The same for editors. */
export const mcpJsonSchema = () => z.toJSONSchema(mcpFileSchema, { target: 'draft-07' });

/** @param entry as the operator wrote it, already checked */
export function operatorServer(entry: z.infer<typeof serverSchema>): McpServer {
  const { id, url, command = '' } = entry;
  return {
    ...{ id, name: id, scope: 'operator', description: entry.description ?? null, mode: entry.mode ?? 'opt_in' },
    transport:
      url !== undefined
        ? { kind: 'http', url }
        : {
            ...{ kind: 'stdio', command, args: entry.args ?? [], env: entry.env ?? {}, envFrom: entry.env_from ?? [] },
            ...{ network: entry.network ?? false, workspace: entry.workspace ?? 'none' },
          },
    ...{ auth: authOf(entry), enabledTools: entry.enabled_tools ?? null, approval: entry.approval ?? 'auto' },
    startupTimeoutSeconds: entry.startup_timeout ?? DEFAULT_STARTUP_TIMEOUT,
    toolTimeoutSeconds: entry.tool_timeout ?? DEFAULT_TOOL_TIMEOUT,
  };
}

function authOf({ oauth, bearer_token_env }: z.infer<typeof serverSchema>): McpAuth {
  if (bearer_token_env !== undefined) return { kind: 'bearer', variable: bearer_token_env };
  if (oauth === undefined) return { kind: 'none' };
  const { client_id = null, client_secret_env = null, scopes = [] } = oauth;
  return { kind: 'oauth', clientId: client_id, clientSecretVariable: client_secret_env, scopes };
}
