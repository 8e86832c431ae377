import { register } from 'prom-client';
import { McpFailure, Message } from './json-rpc';
import { McpCallRecord } from './mcp-call-record';

const call: Message = { jsonrpc: '2.0', id: 1, method: 'tools/call' };

/** How often calls came to these results so far. */
async function counts(): Promise<Record<string, number>> {
  const metric = await register.getSingleMetric('codex_relay_mcp_calls_total')?.get();
  const values = metric?.values.filter(({ labels, value }) => labels.scope === 'user' && value > 0) ?? [];
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.result), value]));
}

describe('a call of a tool of an MCP server', () => {
  it('is counted once, by what it came to first', async () => {
    const record = (): McpCallRecord => new McpCallRecord(call, 'user');
    const answered = record();
    answered.came({ jsonrpc: '2.0', method: 'notifications/progress' });
    answered.came({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    answered.left();
    record().came({ jsonrpc: '2.0', id: 1, result: { isError: true } });
    record().came({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } });
    record().failed(new McpFailure('timeout', 'has said nothing'));
    record().failed(new Error('lost'));
    record().left();
    new McpCallRecord({ ...call, method: 'tools/list' }, 'user').left();
    expect(await counts()).toEqual({ answered: 1, error: 2, timeout: 1, unreachable: 1, ended: 1 });
  });
});
