import { agentModelOf } from './agent-model-name';
import { chatIdOf, conversationIdOf, responseIdOf, turnIdOf } from './agent-ids';
import { completionRequestOf, responsesRequestOf } from './agent-request';
import { toldHistory } from './told-history';

const ID = '01a228cf-6710-7190-a893-ba0e2becc612';

describe('the name of a model of the agent', () => {
  it.each([
    ['agent', {}],
    ['agent/python_dev', { template: 'python_dev' }],
    ['agent/python_dev/demo', { template: 'python_dev', backend: 'demo' }],
    ['agent/minimal/router/meta/llama', { template: 'minimal', backend: 'router', model: 'meta/llama' }],
  ])('%j says what the chat is made from', (name, parts) => expect(agentModelOf(name)).toEqual(parts));

  it.each(['agents', 'agent/', 'agent//demo', 'demo/agent', ''])('is none in %j', (name) => {
    expect(agentModelOf(name)).toBeUndefined();
  });
});

describe('the ids of answers', () => {
  it('say of which turn and of which chat they are, also where an answer goes on behind a question', () => {
    expect(turnIdOf(responseIdOf(ID))).toBe(ID);
    expect(turnIdOf(responseIdOf(ID, 42))).toBe(ID);
    expect(chatIdOf(conversationIdOf(ID))).toBe(ID);
    expect(chatIdOf(ID)).toBe(ID);
    expect([turnIdOf('resp_abc'), turnIdOf('x'), chatIdOf('conv_1')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a request for the agent', () => {
  const picture = 'data:image/png;base64,AAAA';

  it('of chat completions has what is new, what was said before, and the instructions apart', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'first', tool_calls: [] },
      { role: 'tool', content: 'of another model', tool_call_id: 'x' },
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'two' },
          { type: 'image_url', image_url: { url: picture } },
        ],
      },
      { role: 'user', content: 'three' },
    ];
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } };
    expect(completionRequestOf({ messages, response_format: format, reasoning_effort: 'low', tools: [{}] })).toEqual({
      instructions: 'Be brief.\n\nBe kind.',
      earlier: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'first' },
      ],
      content: [
        { type: 'text', text: 'two' },
        { type: 'image', url: picture },
        { type: 'text', text: 'three' },
      ],
      outputSchema: { type: 'object' },
      effort: 'low',
    });
  });

  it('of the Responses API may be a text, or items with pictures and files', () => {
    expect(responsesRequestOf({ input: 'hi', instructions: 'Be brief.' })).toMatchObject({
      ...{ instructions: 'Be brief.', earlier: [], content: [{ type: 'text', text: 'hi' }] },
    });
    const content = [
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: picture },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
    ];
    const input = [
      { type: 'reasoning', id: 'rs_1' },
      { role: 'user', content },
    ];
    expect(responsesRequestOf({ input }).content).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', url: picture },
      { type: 'file', fileName: 'a.pdf', data: 'data:application/pdf;base64,AAAA' },
    ]);
  });

  it.each([
    [{ messages: [{ role: 'user', content: '' }] }, 'empty_message'],
    [
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      'empty_message',
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'invalid_content'],
    [{ messages: [{ role: 'user', content: 'a' }], tool_choice: 'required' }, 'unsupported_parameter'],
    [{ messages: [{ role: 'user', content: 'a' }], n: 2 }, 'unsupported_parameter'],
    [{ messages: [{ role: 'user', content: 'a' }], reasoning_effort: 3 }, 'invalid_request'],
    [
      {
        messages: [
          { role: 'system', content: 'x'.repeat(40_000) },
          { role: 'user', content: 'a' },
        ],
      },
      'invalid_request',
    ],
  ])('is refused where the agent cannot do what it asks: %#', (body, code) => {
    expect(() => completionRequestOf(body)).toThrow(expect.objectContaining({ status: 400, code }) as Error);
  });

  it('of the Responses API is refused where a text is none', () => {
    const refusal = { status: 400, code: 'invalid_request', param: 'instructions' };
    expect(() => responsesRequestOf({ input: 'hi', instructions: 5 })).toThrow(
      expect.objectContaining(refusal) as Error,
    );
    expect(responsesRequestOf({ input: 'hi', instructions: null, reasoning: { effort: null } })).toMatchObject({
      ...{ instructions: undefined, effort: undefined },
    });
  });

  it('is told marked what was said elsewhere, without what is too old', () => {
    const told = toldHistory([
      { role: 'user', text: 'x'.repeat(90_000) },
      { role: 'assistant', text: 'y'.repeat(20_000) },
      { role: 'user', text: 'the newest' },
    ]);
    expect(told).toMatch(/^\[What was said before/);
    expect(told).toContain('[Older messages are left out.]\n\nAssistant: yyy');
    expect(told).toContain('User: the newest\n\n[End of what was said before.');
  });
});
