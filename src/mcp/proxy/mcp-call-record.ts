import { Counter, Histogram } from 'prom-client';
import { countFromZero } from '../../common/count-from-zero';
import { MCP_SCOPES, type McpServer } from '../catalog/mcp-server';
import { isAnswer, McpFailure, Message } from './json-rpc';

/** `error`: the server says so itself, of the call or of the tool; the others are why a call came to nothing. */
const RESULTS = [
  ...['answered', 'error', 'unreachable', 'timeout', 'too_large', 'protocol', 'refused'],
  ...['sign_in_required', 'ended', 'limit', 'not_allowed', 'no_sandbox'],
] as const;

const mcpCalls = new Counter({
  name: 'codex_relay_mcp_calls_total',
  help: 'Calls of tools of MCP servers, by whose the server is and what they came to',
  labelNames: ['scope', 'result'] as const,
});
for (const scope of MCP_SCOPES) countFromZero(mcpCalls, 'result', RESULTS, { scope });

const mcpCallSeconds = new Histogram({
  name: 'codex_relay_mcp_call_seconds',
  help: 'Time of a call of a tool of an MCP server',
  labelNames: ['scope'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});
for (const scope of MCP_SCOPES) mcpCallSeconds.zero({ scope });

/** Counts and times one request to an MCP server, where it calls a tool; once. */
export class McpCallRecord {
  private isOpen: boolean;
  private readonly startedAt = performance.now();

  constructor(
    private readonly request: Message,
    private readonly scope: McpServer['scope'],
  ) {
    this.isOpen = request.method === 'tools/call';
  }

  /** Something of the server's, which may be the answer. */
  came(message: Message): void {
    if (!isAnswer(message) || message.id !== this.request.id) return;
    const { isError } = (message.result ?? {}) as { isError?: unknown };
    this.end(message.error !== undefined || isError === true ? 'error' : 'answered');
  }

  failed(error: unknown): void {
    this.end(error instanceof McpFailure ? error.kind : 'unreachable');
  }

  /** Nobody waits for it any more. */
  left(): void {
    this.end('ended');
  }

  private end(result: (typeof RESULTS)[number]): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    mcpCalls.inc({ scope: this.scope, result });
    mcpCallSeconds.observe({ scope: this.scope }, (performance.now() - this.startedAt) / 1000);
  }
}
