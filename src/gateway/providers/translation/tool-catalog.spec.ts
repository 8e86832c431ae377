import { ToolCatalog } from './tool-catalog';

const fn = (name: string) => ({ type: 'function', name, description: `does ${name}`, parameters: { type: 'object' } });

describe('ToolCatalog', () => {
  it('flattens namespaces and restores them', () => {
    const catalog = new ToolCatalog([fn('look'), { type: 'namespace', name: 'ns', tools: [fn('look'), fn('see')] }]);
    expect(catalog.tools.map(({ name }) => name)).toEqual(['look', 'ns__look', 'ns__see']);
    expect(catalog.identify('ns__see')).toEqual({ kind: 'function', name: 'see', namespace: 'ns' });
    expect(catalog.identify('look')).toEqual({ kind: 'function', name: 'look', namespace: undefined });
    expect(catalog.upstreamName('see', 'ns')).toBe('ns__see');
  });

  it('gives long, strange and clashing names names that are short, plain and distinct', () => {
    const long = 'x'.repeat(100);
    const catalog = new ToolCatalog([
      fn(`${long}a`),
      fn(`${long}b`),
      fn('mcp.server/tool'),
      fn('ns__look'),
      { type: 'namespace', name: 'ns', tools: [fn('look')] },
    ]);
    const names = catalog.tools.map(({ name }) => name);
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(catalog.identify(names[4] ?? '')).toMatchObject({ name: 'look', namespace: 'ns' });
    expect(new ToolCatalog([]).upstreamName(`${long}a`)).toBe(names[0]);
  });

  it('offers a freeform tool as a function, with its grammar, also inside a namespace', () => {
    const custom = {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits files. This is a FREEFORM tool, so do not wrap the patch in JSON.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: hunk+' },
    };
    const catalog = new ToolCatalog([custom, { type: 'namespace', name: 'ns', tools: [custom] }]);
    expect(catalog.tools).toHaveLength(2);
    for (const tool of catalog.tools) {
      expect(tool.description).toContain('lark grammar:\nstart: hunk+');
      expect(tool.description).not.toContain('FREEFORM');
      expect(tool.inputSchema).toMatchObject({ required: ['input'] });
    }
    expect(catalog.identify('ns__apply_patch')).toEqual({ kind: 'custom', name: 'apply_patch', namespace: 'ns' });
  });

  it('leaves out what only OpenAI can run, and repeated declarations', () => {
    expect(new ToolCatalog([{ type: 'web_search' }, fn('a'), fn('a'), fn('')]).tools).toHaveLength(1);
  });
});
