import { NativeRelay } from './native-relay';
import { NumberedEvent } from '../wire/response-event';
import { responseFrame } from '../wire/response-object';
import { SseFrame } from '../wire/sse-frames';
import { ResponseEncoder } from './encoder/response-encoder';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { AnswerProgress } from './answer-progress';
import { ResponseWriter } from './response-writer';

const frame = responseFrame('resp_1', {}, { model: 'm', lean: false });
const event = (type: string, fields: object = {}): Buffer =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);

/** A client of a provider with the Responses API that lets it wait. */
function waiting(): { progress: AnswerProgress; relay: NativeRelay; sent: string[] } {
  const sent: string[] = [];
  const writer = new ResponseWriter(
    {
      ...{ closed: new AbortController().signal, congested: false, drained: () => Promise.resolve() },
      get started() {
        return sent.length > 0;
      },
      send: ({ type }: NumberedEvent) => void sent.push(type),
      relay: (frames: readonly SseFrame[]) => void sent.push(...frames.map(({ type }) => type)),
    },
    { frame, isCodex: false, onFirstOutput: () => undefined },
  );
  const encoder = new ResponseEncoder({
    ...{ frame, backendId: 'b', catalog: new ToolCatalog([]), usedCallIds: new Set() },
    send: (each) => writer.send(each),
  });
  const progress = new AnswerProgress(encoder);
  const relay = new NativeRelay({
    write: (frames) => writer.relay(frames),
    ...{ onUsage: () => undefined, onEvent: () => undefined, failsFiltered: false, hasBegun: () => encoder.started },
  });
  progress.relay = relay;
  return { progress, relay, sent };
}

describe('AnswerProgress', () => {
  it('gives a sign of life at once, also before the provider has said anything', () => {
    const { progress, sent } = waiting();
    progress.keepAlive();
    expect(sent).toEqual(['response.created', 'response.in_progress', 'response.in_progress']);
    progress.keepAlive();
    expect(sent).toHaveLength(4);
  });

  it('begins a response once, whoever says so first', () => {
    const { progress, relay, sent } = waiting();
    progress.keepAlive();
    relay.write(event('response.created', { response: { id: 'resp_p' } }));
    relay.write(event('response.output_text.delta', { delta: 'a' }));
    expect(sent.filter((type) => type === 'response.created')).toHaveLength(1);
    expect([sent[0], sent.at(-1)]).toEqual(['response.created', 'response.output_text.delta']);
  });
});
