import { MARKER_VARIABLE } from '../../runtime/child-environment';
import type { JsonValue } from '../protocol/generated/serde_json/JsonValue';
import type { ThreadStartParams } from '../protocol/generated/v2/ThreadStartParams';

type Config = NonNullable<ThreadStartParams['config']>;
type Fields = { [key in string]?: JsonValue };

/**
 * Lets a thread's MCP servers inherit the variable by which we find what they leave behind. Codex starts them with an
 * environment of its own choice, which holds of its variables only those that `env_vars` names (quirk `mcp-environment`).
 */
export function withMarkedServers(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).map(([path, value]) => {
      if (path === 'mcp_servers' && isFields(value)) return [path, mapFields(value, marked)];
      return [path, /^mcp_servers\.[^.]+$/.test(path) ? marked(value) : value];
    }),
  );
}

function marked(server: JsonValue | undefined): JsonValue | undefined {
  if (!isFields(server) || server.command === undefined) return server;
  const named = Array.isArray(server.env_vars) ? server.env_vars : [];
  return { ...server, env_vars: [...named, MARKER_VARIABLE] };
}

const mapFields = (fields: Fields, map: (value: JsonValue | undefined) => JsonValue | undefined): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value)]));

const isFields = (value: JsonValue | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
