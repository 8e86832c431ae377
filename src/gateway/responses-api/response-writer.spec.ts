import { setImmediate } from 'node:timers/promises';
import { NumberedEvent } from '../wire/response-event';
import { IN_PROGRESS, responseFrame, snapshotOf } from '../wire/response-object';
import { frameData, frameFor, SseFrame } from '../wire/sse-frames';
import { ResponseWriter } from './response-writer';
import { ResponseTransport } from './response-transport';

const frame = responseFrame('resp_1', {}, { model: 'm', lean: false });
const response = snapshotOf(frame, IN_PROGRESS);
const begun = (sequence_number: number): NumberedEvent => ({ type: 'response.in_progress', response, sequence_number });
const delta: NumberedEvent = {
  ...{ type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'x', logprobs: [] },
  sequence_number: 2,
};

function recorded(isCodex: boolean): { writer: ResponseWriter; sent: string[]; outputs: () => number } {
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
  const writer = new ResponseWriter(transport, { frame, isCodex, onFirstOutput: () => outputs++ });
  return { writer, sent, outputs: () => outputs };
}

describe('ResponseWriter', () => {
  it('holds the first events back until there is output', () => {
    const { writer, sent, outputs } = recorded(false);
    writer.send(begun(0));
    writer.send(begun(1));
    expect([sent, outputs()]).toEqual([[], 0]);
    writer.send(delta);
    writer.send(delta);
    expect(sent).toHaveLength(4);
    expect(outputs()).toBe(1);
  });

  it('gives a sign of life to a client that has waited long', () => {
    const { writer, sent } = recorded(false);
    for (const n of [0, 1, 2]) writer.send(begun(n));
    expect(sent).toHaveLength(3);
  });

  it("sends what it holds before a provider's own output, and nothing of it later", () => {
    const { writer, sent } = recorded(false);
    writer.send(begun(0));
    writer.send(begun(1));
    writer.relay([frameFor('', 'a comment')]);
    expect(sent).toEqual([]);
    writer.relay([frameFor(delta.type, JSON.stringify(delta))]);
    writer.send(delta);
    expect(sent.map((text) => text.split(' ')[0])).toEqual([begun(0).type, begun(1).type, delta.type, delta.type]);
  });

  it('holds nothing back from codex beyond the round of the event loop', async () => {
    const { writer, sent } = recorded(true);
    writer.send(begun(0));
    expect(writer.started).toBe(true);
    await setImmediate();
    expect(sent).toEqual([expect.stringMatching(/^response.in_progress /)]);
    writer.relay([frameFor('', 'a comment')]);
    writer.flush();
    expect(sent[1]).toBe(' a comment');
  });

  it('sends codex what comes together at once, deltas of the same text as one', async () => {
    const { writer, sent } = recorded(true);
    for (const text of ['a', 'b', 'c']) writer.send({ ...delta, delta: text });
    writer.send(begun(3));
    writer.send({ ...delta, delta: 'd' });
    writer.send({ ...delta, delta: 'e', content_index: 1 });
    expect(sent).toEqual([]);
    await setImmediate();
    expect(sent.map((text) => /"delta":"(\w+)"/.exec(text)?.[1])).toEqual(['abc', undefined, 'd', 'e']);
  });

  it('ends a stream of a provider in its own name', () => {
    const { writer, sent } = recorded(false);
    const created = { type: 'response.created', sequence_number: 0, response: { id: 'resp_own', output: [] } };
    const done = {
      type: 'response.output_item.done',
      sequence_number: 1,
      output_index: 0,
      item: { id: 'i', type: 'message' },
    };
    for (const event of [created, done]) {
      writer.relay([frameFor(event.type, JSON.stringify(event))]);
    }
    writer.failRelayed({ code: 'upstream_error', message: 'gone' });
    expect(sent.at(-1)).toMatch(/^response.failed /);
    expect(writer.final).toMatchObject({
      ...{ id: 'resp_own', status: 'failed', error: { code: 'upstream_error', message: 'gone' } },
      output: [{ id: 'i', type: 'message', status: 'completed' }],
    });
  });
});
