import { JsonObject } from '../../wire/json';
import { readResponsesRequest } from '../../wire/responses-request';
import { promptOf } from './prompt';
import { sealEnvelope } from './reasoning-envelope';
import { ToolCatalog } from './tool-catalog';

const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const developer = (text: string) => ({ type: 'message', role: 'developer', content: [{ type: 'input_text', text }] });
const assistant = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
const call = (id: string, more: JsonObject = {}) => ({
  type: 'function_call',
  call_id: id,
  name: 'f',
  arguments: '{}',
  ...more,
});
const output = (id: string, value: unknown = 'ok') => ({ type: 'function_call_output', call_id: id, output: value });
const reasoning = (text: string, encrypted_content?: string) => ({
  type: 'reasoning',
  summary: [{ type: 'summary_text', text }],
  encrypted_content,
});

const prompt = (input: readonly JsonObject[], more: JsonObject = {}) =>
  promptOf(readResponsesRequest({ input, ...more }), new ToolCatalog([]), 'here');
const roles = (input: readonly JsonObject[]) => prompt(input).map(({ role }) => role);

describe('the prompt of a Responses request', () => {
  it('has one system message, and later words of the developer as a user message', () => {
    expect(
      prompt([developer('a'), developer('b'), user('hi'), developer('c')], { instructions: 'first' }),
    ).toMatchObject([
      { role: 'system', content: 'first\n\na\n\nb' },
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'user', content: [{ type: 'text', text: 'c' }] },
    ]);
  });

  it('merges reasoning, text and parallel calls into one assistant message with all outputs behind it', () => {
    const items = [
      user('go'),
      assistant('I will.'),
      call('1'),
      call('2'),
      output('2', 'two'),
      output('1', 'one'),
      assistant('Done.'),
    ];
    expect(roles(items)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(prompt(items)[2]).toMatchObject({
      content: [
        { toolCallId: '1', output: { value: 'one' } },
        { toolCallId: '2', output: { value: 'two' } },
      ],
    });
  });

  it('puts an output behind its call, even when the user spoke in between', () => {
    expect(roles([user('go'), call('1'), user('wait'), output('1')])).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  it('answers a call that was never answered, and gives an output without a call as text', () => {
    expect(prompt([user('go'), call('1'), user('again')])[2]).toMatchObject({
      role: 'tool',
      content: [{ output: { type: 'text', value: 'aborted' } }],
    });
    expect(roles([output('9', 'lost')])).toEqual(['user']);
  });

  it('keeps calls with the same id apart', () => {
    const tools = prompt([call('1'), output('1', 'a'), call('1'), output('1', 'b')]).filter(
      ({ role }) => role === 'tool',
    );
    expect(tools).toMatchObject([{ content: [{ output: { value: 'a' } }] }, { content: [{ output: { value: 'b' } }] }]);
  });

  it('replays freeform and namespaced calls under their upstream names', () => {
    const custom = { type: 'custom_tool_call', call_id: '1', name: 'apply_patch', input: 'a "patch"' };
    const answer = { type: 'custom_tool_call_output', call_id: '1', output: [{ type: 'input_text', text: 'fine' }] };
    expect(prompt([custom, answer, call('2', { namespace: 'ns' })])).toMatchObject([
      { content: [{ toolName: 'apply_patch', input: '{"input":"a \\"patch\\""}' }] },
      { content: [{ output: { type: 'text', value: 'fine' } }] },
      { content: [{ toolName: 'ns__f' }] },
      { role: 'tool' },
    ]);
  });

  it('keeps arguments word for word, unless they are no JSON', () => {
    const inputs = prompt([call('1', { arguments: '{ "a":1 }' }), call('2', { arguments: '{"cut' })]);
    expect(inputs[0]).toMatchObject({ content: [{ input: '{ "a":1 }' }, { input: '{"input":"{\\"cut"}' }] });
  });

  it('moves images of a tool into a user message', () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,QUJD' };
    const messages = prompt([call('1'), output('1', [image])]);
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user']);
    expect(messages[2]).toMatchObject({
      content: [{ type: 'text' }, { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'QUJD' } }],
    });
  });

  it('gives reasoning back only to the backend that made it, with its signature', () => {
    const metadata = { anthropic: { signature: 's' } };
    const ours = reasoning('hm', sealEnvelope({ backendId: 'here', metadata }));
    const foreign = [reasoning('x', sealEnvelope({ backendId: 'there' })), reasoning('y', 'gAAAA'), reasoning('z')];
    expect(prompt([user('a'), ours, ...foreign, assistant('b')])[1]).toMatchObject({
      content: [
        { type: 'reasoning', text: 'hm', providerOptions: metadata },
        { type: 'text', text: 'b' },
      ],
    });
  });

  it('gives the signature of a call back with the call', () => {
    const signature = { google: { thoughtSignature: 's' } };
    const carrier = reasoning('', sealEnvelope({ backendId: 'here', calls: { '1': signature } }));
    expect(prompt([call('1'), carrier, output('1')])[0]).toMatchObject({
      content: [{ type: 'tool-call', providerOptions: signature }],
    });
  });
});
