import type { Tool } from './tool';
import { ToolSet } from './tool-set';

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  ...{ name, description: 'x', inputSchema: { type: 'object' }, approval: 'never', timeoutMs: 1000 },
  call: () => Promise.reject(new Error('not called')),
  ...more,
});

describe('the tools of a service', () => {
  it('are without those that codex would refuse a thread for', () => {
    const set = new ToolSet();
    const tuple = { type: 'object', properties: { pair: { type: 'array', items: [{ type: 'string' }] } } };
    const tools = [
      ...[tool('good'), tool('tuple', { inputSchema: tuple }), tool('text', { inputSchema: { type: 'string' } })],
      ...[tool('mcp'), tool('mcp__x'), tool('mcpx'), tool('half', { description: 'x\ud800' }), tool('good')],
    ];
    set.add({ tools, problems: [] }, 'custom');
    expect(set.problems).toEqual([
      'the tool "tuple" is left out: its schema cannot be used: it has "items" that are no schema',
      'the tool "text" is left out: its schema cannot be used: the schema must be one of an object ("type": "object")',
      'the tool "mcp" is left out: the name is kept for tools of MCP servers',
      'the tool "mcp__x" is left out: the name is kept for tools of MCP servers',
      'the tool "half" is left out: its description has a text with half of a character',
      'the tool "good" is left out: there is another of that name',
    ]);
    expect(['good', 'tuple', 'mcpx'].map((name) => set.get(name)?.tool.name)).toEqual(['good', undefined, 'mcpx']);
  });
});
