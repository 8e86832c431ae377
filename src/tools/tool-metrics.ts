import { Counter, Histogram } from 'prom-client';
import { countFromZero } from '../common/count-from-zero';

/** Where a tool comes from; `unknown`: a model called one that there is not. */
export const TOOL_KINDS = ['builtin', 'custom', 'http'] as const;
export type ToolKind = (typeof TOOL_KINDS)[number];

/**
 * What a call came to. `refused`: the tool says that it could not be done, as a command that fails; `invalid`: input that does not
 * fit its schema; `declined`: a person, or the chat's policy, did not allow it; `stopped`: with its turn; `failed`: a fault of the tool.
 */
const RESULTS = ['answered', 'refused', 'invalid', 'declined', 'timeout', 'stopped', 'failed'] as const;
export type ToolResult = (typeof RESULTS)[number];

export const toolCalls = new Counter({
  name: 'codex_relay_tool_calls_total',
  help: 'Calls of tools of the service by models, by the kind of tool and what they came to (invalid, with the kind unknown: there is no such tool)',
  labelNames: ['kind', 'result'] as const,
});
for (const kind of TOOL_KINDS) countFromZero(toolCalls, 'result', RESULTS, { kind });
countFromZero(toolCalls, 'result', ['invalid'], { kind: 'unknown' });

export const toolCallSeconds = new Histogram({
  name: 'codex_relay_tool_call_seconds',
  help: 'Time of a call that a tool has worked on, without the wait for a person',
  labelNames: ['kind'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});
for (const kind of TOOL_KINDS) toolCallSeconds.zero({ kind });
