import { NumberedEvent } from '../protocol/response-event';
import { IN_PROGRESS, responseFrame, snapshotOf } from '../protocol/response-snapshot';
import { frameData, SseFrame } from '../protocol/sse-frames';
import { ResponseOutlet } from './response-outlet';
import { ResponseTransport } from './response-transport';

const frame = responseFrame('resp_1', {}, { model: 'm', lean: false });
const response = snapshotOf(frame, IN_PROGRESS);
const begun = (sequence_number: number): NumberedEvent => ({ type: 'response.in_progress', response, sequence_number });
const delta: NumberedEvent = {
  ...{ type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'x', logprobs: [] },
  sequence_number: 2,
};

function recorded(untouched: boolean): { outlet: ResponseOutlet; sent: string[]; outputs: () => number } {
  const sent: string[] = [];
  let outputs = 0;
  const transport: ResponseTransport = {
    ...{ closed: new AbortController().signal, congested: false, drained: () => Promise.resolve() },
    get started() {
      return sent.length > 0;
    },
    send: ({ type }) => void sent.push(type),
    write: (chunk) => void sent.push(Buffer.from(chunk).toString()),
    relay: (frames: readonly SseFrame[]) => void sent.push(...frames.map((each) => `${each.type} ${frameData(each)}`)),
  };
  const outlet = new ResponseOutlet(transport, { frame, untouched, onFirstOutput: () => outputs++ });
  return { outlet, sent, outputs: () => outputs };
}

describe('ResponseOutlet', () => {
  it('holds the first events back until there is output', () => {
    const { outlet, sent, outputs } = recorded(false);
    outlet.send(begun(0));
    outlet.send(begun(1));
    expect([sent, outputs()]).toEqual([[], 0]);
    outlet.send(delta);
    outlet.send(delta);
    expect(sent).toHaveLength(4);
    expect(outputs()).toBe(1);
  });

  it('gives a sign of life to a client that has waited long', () => {
    const { outlet, sent } = recorded(false);
    for (const n of [0, 1, 2]) outlet.send(begun(n));
    expect(sent).toHaveLength(3);
  });

  it('holds nothing back from codex, and passes a stream on byte for byte', () => {
    const { outlet, sent } = recorded(true);
    outlet.send(begun(0));
    outlet.write(Buffer.from('data: half'));
    outlet.write(Buffer.from(' a frame\n\n'));
    expect(sent).toEqual(['response.in_progress', 'data: half', ' a frame\n\n']);
  });

  it('ends a stream of a provider in its own name', () => {
    const { outlet, sent } = recorded(false);
    const created = { type: 'response.created', sequence_number: 0, response: { id: 'resp_own', output: [] } };
    const done = {
      type: 'response.output_item.done',
      sequence_number: 1,
      output_index: 0,
      item: { id: 'i', type: 'message' },
    };
    for (const event of [created, done]) {
      outlet.write(Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
    }
    outlet.failRelayed({ code: 'upstream_error', message: 'gone' });
    expect(sent.at(-1)).toMatch(/^response.failed /);
    expect(outlet.final).toMatchObject({
      ...{ id: 'resp_own', status: 'failed', error: { code: 'upstream_error', message: 'gone' } },
      output: [{ id: 'i', type: 'message', status: 'completed' }],
    });
  });
});
