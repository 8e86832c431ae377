import { setImmediate } from 'node:timers/promises';
import { NumberedEvent } from '../wire/response-event';
import { IN_PROGRESS, responseFrame, snapshotOf } from '../wire/response-object';
import { frameData, frameFor, SseFrame } from '../wire/sse-frames';
import { ResponseTransport } from './response-transport';
import { ResponseWriter } from './response-writer';

const frame = responseFrame('resp_1', {}, { model: 'm', echoesTools: true });
const response = snapshotOf(frame, IN_PROGRESS);
const begun = (sequence_number: number): NumberedEvent => ({ type: 'response.in_progress', response, sequence_number });
const delta: NumberedEvent = {
  ...{ type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'x', logprobs: [] },
  sequence_number: 2,
};
const message = { type: 'message', id: 'i', status: 'completed', role: 'assistant', content: [] } as const;
const reasoning = { type: 'reasoning', id: 'r', status: 'completed', summary: [] } as const;

const relayed = (type: string, fields: object = {}): SseFrame =>
  frameFor(type, JSON.stringify({ type, sequence_number: 3, ...fields }));
const COMMENT = frameFor('', 'a comment');
const CREATED = relayed('response.created', { response: { id: 'resp_own', output: [] } });
const DELTA = relayed('response.output_text.delta', { delta: 'a' });
const itemDone = (item: object): SseFrame => relayed('response.output_item.done', { output_index: 0, item });

interface Recorded {
  readonly writer: ResponseWriter;
  readonly sent: string[];
  readonly types: () => string[];
  readonly outputs: () => number;
}

function recorded(client: 'codex' | 'program'): Recorded {
  const sent: string[] = [];
  let outputs = 0;
  const transport: ResponseTransport = {
    ...{ closed: new AbortController().signal, congested: false, drained: () => Promise.resolve() },
    get started() {
      return sent.length > 0;
    },
    send: ({ type }) => void sent.push(type),
    relay: (frames: readonly SseFrame[]) => void sent.push(...frames.map((each) => `${each.type} ${frameData(each)}`)),
  };
  const profile = { conforms: client === 'program', coalescesDeltas: client === 'codex' };
  const writer = new ResponseWriter(transport, { frame, profile, onFirstOutput: () => outputs++ });
  return { writer, sent, types: () => sent.map((text) => text.split(' ')[0] ?? ''), outputs: () => outputs };
}

describe('the writer of a response', () => {
  it('buffers the first events until there is output', () => {
    const { writer, sent, outputs } = recorded('program');
    writer.send(begun(0));
    writer.send(begun(1));
    expect([sent, outputs(), writer.outputBegun]).toEqual([[], 0, false]);
    writer.send(delta);
    writer.send(delta);
    expect(sent).toHaveLength(4);
    expect([outputs(), writer.outputBegun]).toEqual([1, true]);
  });

  it('gives a sign of life to a client that has waited long', () => {
    const { writer, sent } = recorded('program');
    for (const n of [0, 1, 2]) writer.send(begun(n));
    expect(sent).toHaveLength(3);
    expect(writer).toMatchObject({ started: true, outputBegun: false });
  });

  it("sends what it buffers before a provider's own output, and nothing of it later", () => {
    const { writer, sent, types } = recorded('program');
    writer.send(begun(0));
    writer.send(begun(1));
    writer.relay([COMMENT]);
    expect(sent).toEqual([]);
    writer.relay([DELTA]);
    writer.send(delta);
    expect(types()).toEqual([begun(0).type, begun(1).type, delta.type, delta.type]);
  });

  it('buffers nothing of its own for codex beyond the round of the event loop', async () => {
    const { writer, types } = recorded('codex');
    writer.send(begun(0));
    expect(writer.started).toBe(true);
    await setImmediate();
    expect(types()).toEqual(['response.in_progress']);
    writer.relay([COMMENT, DELTA, COMMENT]);
    writer.flush();
    expect(types()).toEqual(['response.in_progress', 'response.output_text.delta', '']);
  });

  it('sends codex what comes together at once, deltas of the same text as one', async () => {
    const { writer, sent } = recorded('codex');
    for (const text of ['a', 'b', 'c']) writer.send({ ...delta, delta: text });
    writer.send(begun(3));
    writer.send({ ...delta, delta: 'd' });
    writer.send({ ...delta, delta: 'e', content_index: 1 });
    expect(sent).toEqual([]);
    await setImmediate();
    expect(sent.map((text) => /"delta":"(\w+)"/.exec(text)?.[1])).toEqual(['abc', undefined, 'd', 'e']);
  });

  it.each(['codex', 'program'] as const)(
    'does not send %s the opening of an attempt that failed before its output',
    (client) => {
      const { writer, sent } = recorded(client);
      writer.startAttempt();
      writer.relay([CREATED]);
      expect(writer).toMatchObject({ started: false, outputBegun: false });
      writer.startAttempt();
      writer.relay([relayed('response.created', { response: { id: 'second', output: [] } }), DELTA]);
      writer.flush();
      expect(sent.map((text) => /"id":"(\w+)"/.exec(text)?.[1])).toEqual(['second', undefined]);
    },
  );

  it('keeps a client alive in the words of the provider, once it has said anything', () => {
    const { writer, types } = recorded('program');
    expect(writer.keepRelayAlive()).toBe(false);
    writer.relay([CREATED]);
    expect(writer.keepRelayAlive()).toBe(true);
    expect(types()).toEqual(['response.created', 'response.in_progress']);
    expect(writer.outputBegun).toBe(true);
    writer.relay([DELTA, relayed('response.completed', { response: { id: 'resp_own' } })]);
    expect(writer.keepRelayAlive()).toBe(true);
    expect(types().slice(2)).toEqual(['response.output_text.delta', 'response.completed']);
  });

  it('leaves out the opening of a provider that speaks after a client was kept alive', () => {
    const { writer, types } = recorded('program');
    for (const n of [0, 1, 2]) writer.send(begun(n));
    writer.relay([CREATED, DELTA]);
    expect(types()).toEqual([...Array<string>(3).fill('response.in_progress'), 'response.output_text.delta']);
    expect(writer).toMatchObject({ isOwn: true, isRelayed: false });
  });

  it('knows whether the client can ask again without having anything twice', () => {
    const { writer: own } = recorded('program');
    expect(own.isRepeatable).toBe(false);
    own.send(delta);
    own.send({ type: 'response.output_item.done', output_index: 0, item: reasoning, sequence_number: 3 });
    expect(own.isRepeatable).toBe(true);
    own.send({ type: 'response.output_item.done', output_index: 1, item: message, sequence_number: 4 });
    expect(own.isRepeatable).toBe(false);
    const { writer: native } = recorded('codex');
    native.relay([CREATED, DELTA, itemDone({ type: 'reasoning' })]);
    expect(native.isRepeatable).toBe(true);
    native.relay([itemDone({ type: 'function_call' })]);
    expect(native.isRepeatable).toBe(false);
  });

  it("has the items of a provider's response that ends without them", () => {
    const { writer } = recorded('program');
    writer.relay([
      CREATED,
      itemDone(message),
      relayed('response.completed', { response: { id: 'resp_own', output: [] } }),
    ]);
    expect(writer.final).toMatchObject({ output: [{ id: 'i' }] });
  });

  it('ends a stream of a provider in its own name', () => {
    const { writer, sent } = recorded('program');
    writer.relay([CREATED]);
    writer.relay([itemDone({ id: 'i', type: 'message' })]);
    writer.failRelayed({ code: 'upstream_error', message: 'gone' });
    expect(sent.at(-1)).toMatch(/^response.failed .*"sequence_number":4/);
    expect(writer.final).toMatchObject({
      ...{ id: 'resp_own', status: 'failed', error: { code: 'upstream_error', message: 'gone' } },
      output: [{ id: 'i', type: 'message', status: 'completed' }],
    });
  });
});
