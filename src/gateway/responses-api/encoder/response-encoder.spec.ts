import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { openEnvelope } from '../../providers/translation/reasoning-envelope';
import { ToolCatalog } from '../../providers/translation/tool-catalog';
import { NumberedEvent } from '../../wire/response-event';
import { responseFrame } from '../../wire/response-object';
import { ResponseEncoder } from './response-encoder';

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const finish = (unified: 'stop' | 'length' | 'content-filter', raw: string = unified): LanguageModelV4StreamPart => ({
  type: 'finish',
  finishReason: { unified, raw },
  usage: USAGE,
});
const text = (delta: string): LanguageModelV4StreamPart => ({ type: 'text-delta', id: 't', delta });

function encode(parts: readonly LanguageModelV4StreamPart[], usedCallIds: string[] = [], tools: object[] = []) {
  const events: NumberedEvent[] = [];
  const encoder = new ResponseEncoder({
    frame: responseFrame('resp_1', {}, { model: 'm', echoesTools: false }),
    backendId: 'b',
    catalog: new ToolCatalog(tools as never),
    usedCallIds: new Set(usedCallIds),
    send: (event) => events.push(event),
  });
  encoder.open();
  for (const part of parts) encoder.write(part);
  return { events, encoder, output: encoder.result?.output ?? [] };
}

const calls = (id: string, toolName: string, input: string): LanguageModelV4StreamPart[] => [
  { type: 'tool-input-start', id, toolName },
  { type: 'tool-input-delta', id, delta: input },
  { type: 'tool-input-end', id },
  { type: 'tool-call', toolCallId: id, toolName, input },
];

describe('ResponseEncoder', () => {
  it('puts the output in the order of its indexes, however the items end', () => {
    const [start, delta, end, call] = calls('c', 'f', '{}');
    const { output } = encode([
      start!,
      delta!,
      text('late'),
      { type: 'text-end', id: 't' },
      end!,
      call!,
      finish('stop'),
    ]);
    expect(output.map(({ type }) => type)).toEqual(['function_call', 'message']);
  });

  it('tells arguments that came as a whole in a delta, too, since clients put them together from deltas', () => {
    const call: LanguageModelV4StreamPart = { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"a":1}' };
    const { events } = encode([call, finish('stop')]);
    const deltas = events.flatMap((event) =>
      event.type === 'response.function_call_arguments.delta' ? event.delta : [],
    );
    expect(deltas).toEqual(['{"a":1}']);
  });

  it('turns a freeform call into its bare text, also when the model forgot to wrap it', () => {
    const tools = [{ type: 'custom', name: 'apply_patch' }];
    const inputs = ['{"input":"*** Begin"}', '*** Begin', '"*** Begin"'];
    for (const input of inputs) {
      const { output } = encode([...calls('c', 'apply_patch', input), finish('stop')], [], tools);
      expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin' }]);
    }
  });

  it('gives empty arguments as an empty object, and a call without deltas complete', () => {
    const { output } = encode([{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '' }, finish('stop')]);
    expect(output).toMatchObject([{ type: 'function_call', call_id: 'c', arguments: '{}' }]);
  });

  it('mints a new call id where the history has it already', () => {
    const { output, events } = encode([...calls('c', 'f', '{}'), finish('stop')], ['c']);
    expect(output).toMatchObject([{ type: 'function_call' }]);
    const ids = events.flatMap((event) => ('item' in event && 'call_id' in event.item ? event.item.call_id : []));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^call_[0-9a-f]{32}$/);
  });

  it('keeps signatures of reasoning and of calls in envelopes', () => {
    const { output } = encode([
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'hm' },
      { type: 'reasoning-delta', id: 'r', delta: '', providerMetadata: { anthropic: { signature: 's' } } },
      { type: 'reasoning-end', id: 'r' },
      {
        type: 'tool-call',
        toolCallId: 'c',
        toolName: 'f',
        input: '{}',
        providerMetadata: { google: { thoughtSignature: 't' } },
      },
      finish('stop'),
    ]);
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call', 'reasoning']);
    const envelopes = output.map((item) =>
      'encrypted_content' in item ? openEnvelope(item.encrypted_content) : undefined,
    );
    expect(envelopes[0]).toMatchObject({ backendId: 'b', metadata: { anthropic: { signature: 's' } } });
    expect(envelopes[2]).toMatchObject({ calls: { c: { google: { thoughtSignature: 't' } } } });
    expect(output[2]).toMatchObject({ summary: [] });
  });

  it('makes reasoning that begins again a new item', () => {
    const again: LanguageModelV4StreamPart[] = [
      { type: 'reasoning-delta', id: 'r', delta: 'a' },
      { type: 'reasoning-end', id: 'r' },
    ];
    const { output } = encode([...again, ...again, finish('stop')]);
    expect(new Set(output.map(({ id }) => id)).size).toBe(2);
  });

  it('ends incomplete on length, and keeps a refusal as text', () => {
    expect(encode([text('half'), finish('length')]).encoder.result).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ content: [{ text: 'half' }] }],
    });
    expect(encode([text('I cannot.'), finish('content-filter', 'stop')]).encoder.result?.status).toBe('completed');
    expect(() => encode([text('x'), finish('content-filter')])).toThrow('content filter');
  });

  it('opens its response once, also for a sign of life before any output', () => {
    const { events, encoder } = encode([]);
    encoder.keepAlive();
    encoder.open();
    expect(events.map(({ type, sequence_number }) => [type, sequence_number])).toEqual([
      ['response.created', 0],
      ['response.in_progress', 1],
      ['response.in_progress', 2],
    ]);
  });
});
