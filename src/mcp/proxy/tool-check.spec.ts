import { checkedTools } from './tool-check';

const tool = (name: unknown, inputSchema: unknown, more: object = {}) => ({ name, inputSchema, ...more });
const check = (tools: unknown, enabled: string[] | null = null) =>
  checkedTools({ jsonrpc: '2.0', id: 1, result: { tools, nextCursor: 'more' } }, enabled);
const GOOD = {
  type: 'object',
  properties: { a: { type: ['string', 'null'] }, b: { type: 'array', items: { $ref: '#/$defs/c' } }, d: true },
  required: ['a'],
  $defs: { c: { anyOf: [{ type: 'integer' }, { type: 'object' }] } },
};

describe('the tools that an MCP server lists', () => {
  it('reach the agent as they are where they make sense', () => {
    const tools = [tool('one', GOOD, { description: 'what it does' }), tool('two', { type: 'object' })];
    expect(check(tools)).toEqual({
      message: { jsonrpc: '2.0', id: 1, result: { tools, nextCursor: 'more' } },
      tools: [
        { name: 'one', description: 'what it does' },
        { name: 'two', description: null },
      ],
      leftOut: [],
    });
  });

  it('are left out one by one, with the reason, where their server lies about them', () => {
    const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => ({ type: 'object', properties: { inner } }), {});
    const { tools, leftOut } = check([
      ...[tool('good', GOOD), tool('text', 'nope'), tool('string', { type: 'string' }), tool('bad name!', GOOD), 7],
      ...[tool('wat', { type: 'object', properties: { a: { type: 'wat' } } }), tool('deep', deep)],
      ...[
        tool('required', { type: 'object', required: 'a' }),
        tool('any', { type: 'object', anyOf: { type: 'object' } }),
      ],
      ...[
        tool('words', GOOD, { description: 7 }),
        tool('long', GOOD, { description: 'x'.repeat(40_000) }),
        tool(undefined, GOOD),
      ],
    ]);
    expect(tools.map(({ name }) => name)).toEqual(['good']);
    expect(leftOut).toEqual([
      '"text": its input schema is not one of an object',
      '"string": its input schema is not one of an object',
      '"bad name!": its name cannot be one of a tool',
      'a tool: it is no tool',
      '"wat": its input schema has an unknown type',
      '"deep": its input schema is nested too deeply',
      '"required": its input schema has a "required" that is no list of names',
      '"any": its input schema has a part that is no schema',
      '"words": its description is no text',
      '"long": its description and schema have more than 32 KiB',
      'a tool: its name cannot be one of a tool',
    ]);
  });

  it('are those that are enabled, and no more than a model can use', () => {
    expect(check([tool('a', GOOD), tool('b', GOOD)], ['b', 'c']).tools.map(({ name }) => name)).toEqual(['b']);
    const { tools, leftOut } = check(Array.from({ length: 1_000 }, (_, index) => tool(`t${index}`, GOOD)));
    expect(tools).toHaveLength(100);
    expect(leftOut).toHaveLength(20);
    expect(() => check('nothing')).toThrow('has answered with no list of tools');
  });

  it('are without fields that are not what they should be, which would cost all of them', () => {
    const wrong = { title: 5, outputSchema: 5, annotations: 5, icons: 'x', _meta: 5, description: null };
    const annotations = { title: 5, readOnlyHint: true, destructiveHint: 'no' };
    const right = { title: 'One', outputSchema: { type: 'object' }, annotations: { title: 'One', readOnlyHint: true } };
    const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
    const tools = [
      ...[tool('wrong', GOOD, wrong), tool('hints', GOOD, { annotations }), tool('right', GOOD, right)],
      ...[tool('deep', GOOD, { outputSchema: { deep } }), tool('half', GOOD, { description: '\ud800' })],
    ];
    const result = { tools, _meta: 5, nextCursor: 5 };
    const { message, leftOut } = checkedTools({ jsonrpc: '2.0', id: 1, result }, null);
    const hints = { annotations: { readOnlyHint: true } };
    expect(message.result).toEqual({
      tools: [tool('wrong', GOOD), tool('hints', GOOD, hints), tool('right', GOOD, right)],
    });
    expect(leftOut).toEqual(['"deep": it is nested too deeply', '"half": it has a text with half of a character']);
  });
});
