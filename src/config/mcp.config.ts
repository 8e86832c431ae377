import { IsArray, IsInt, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

const HOST = String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?`;
const EXPECTED = 'each must be a host such as mcp.example.com, *.example.com or mcp.example.com:8443';

/** MCP servers of users and projects. Those of the operator are in `mcp.yaml`. */
export class McpConfig {
  /**
   * Hosts whose MCP servers users and projects may add, comma separated: `mcp.example.com`, `*.example.com` (all below it),
   * with `:port` where it is not that of https. Empty: they may add none. The servers that they sign in with are asked under
   * the same rule.
   */
  @Env('MCP_ALLOWED_HOSTS', (raw) => asList(raw.toLowerCase()))
  @IsArray()
  @Matches(new RegExp(String.raw`^(?:\*\.)?${HOST}$`), { each: true, message: EXPECTED })
  allowedHosts: string[] = [];

  /**
   * Those of MCP_ALLOWED_HOSTS that may be in your own network, and speak plain http. All others are refused where their name
   * leads to a private address.
   */
  @Env('MCP_PRIVATE_HOSTS', (raw) => asList(raw.toLowerCase()))
  @IsArray()
  @Matches(new RegExp(`^${HOST}$`), {
    each: true,
    message: 'each must be a host such as mcp.internal or mcp.internal:8080',
  })
  privateHosts: string[] = [];

  /** MCP servers that one user, and one project, may have. */
  @Env('MCP_SERVERS_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(100)
  serversMax = 20;

  /** Calls of MCP tools that all chats of one user may make in a minute. */
  @Env('MCP_CALLS_PER_MINUTE', asNumber)
  @IsInt()
  @Min(1)
  @Max(100_000)
  callsPerMinute = 600;

  /** MCP servers over stdio that run at a time, each in a sandbox of its own. */
  @Env('MCP_PROCESSES_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(1000)
  processesMax = 50;
}
