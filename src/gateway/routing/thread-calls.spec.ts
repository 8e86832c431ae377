import { readLazily } from '../wire/responses-request';
import { CallListener, ThreadCalls, ToolCall } from './thread-calls';

const LONG = 'x'.repeat(20_000);
const output = (call_id: string, text: unknown) => ({ type: 'function_call_output', id: 'o', call_id, output: text });
const call = (call_id: string) => ({ type: 'function_call', name: 'tool', arguments: '{}', call_id });
const request = (...input: unknown[]) => readLazily(Buffer.from(JSON.stringify({ input, prompt_cache_key: 'thread' })));
const message = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

describe('the calls of a thread', () => {
  let calls: ThreadCalls;
  let called: ToolCall[];
  let returned: [string, string][];
  let unwatch: () => void;
  let item: (item: unknown) => void;

  beforeEach(() => {
    calls = new ThreadCalls();
    [called, returned] = [[], []];
    const listener: CallListener = {
      called: (each) => called.push(each),
      answered: () => undefined,
      returned: (id, text) => returned.push([id, text]),
    };
    unwatch = calls.watch('thread', listener);
    item = calls.observer('thread') ?? (() => undefined);
  });

  it('are told with name and arguments, whatever form the tool has', () => {
    item({ type: 'function_call', call_id: 'a', name: 'tool', namespace: 'mcp', arguments: '{"x":1}' });
    item({ type: 'custom_tool_call', call_id: 'b', name: 'apply_patch', input: 'text' });
    item({ type: 'message', content: [] });
    item(undefined);
    expect(called).toEqual([
      { id: 'a', name: 'mcp.tool', arguments: '{"x":1}' },
      { id: 'b', name: 'apply_patch', arguments: 'text' },
    ]);
  });

  it.each([
    ['short', 'a'],
    ['long', LONG],
  ])('get their outputs from the next %s request, each once', (_, filler) => {
    item(call('a'));
    item(call('b'));
    const parts = [{ type: 'input_text', text: 'one' }, { type: 'input_image' }];
    const next = request(
      message(filler),
      call('a'),
      call('b'),
      output('a', 'quoted "call_id":"b"'),
      output('b', parts),
    );
    calls.asked('thread', next);
    calls.asked('thread', next);
    expect(returned).toEqual([
      ['a', 'quoted "call_id":"b"'],
      ['b', 'one\n[input_image]'],
    ]);
  });

  it('have no output while the request has none', () => {
    item(call('a'));
    calls.asked('thread', request(message(LONG), call('a')));
    calls.asked('thread', request(message(LONG)));
    expect(returned).toEqual([]);
  });

  it('are told to nobody when the turn is over, or of another thread', () => {
    unwatch();
    expect([calls.observer('thread'), calls.observer('other'), calls.observer(undefined)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });
});
