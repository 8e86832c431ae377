import { MeteredCall } from '../accounts/metered-call';
import { isObject, JsonObject } from '../wire/json';
import { ENDS } from '../wire/response-event';
import { frameObject, SseFrame, SseFrames } from '../wire/sse-frames';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { tokensOfResponse } from '../wire/usage';
import { ClientProfile } from './client-profile';
import { ResponseWriter } from './response-writer';

export interface NativeStreamOptions {
  readonly writer: Pick<ResponseWriter, 'relay'>;
  readonly metered: Pick<MeteredCall, 'usage'>;
  readonly profile: Pick<ClientProfile, 'failsFiltered'>;
  /** Called for each event; a comment says nothing. */
  readonly onEvent: () => void;
}

/** One attempt's event stream of a provider with the Responses API: its events for the writer, its failures, its end. */
export class NativeStream {
  private readonly frames = new SseFrames();
  private finished = false;

  constructor(private readonly options: NativeStreamOptions) {}

  /** Whether the provider has said all of its answer. */
  get isFinished(): boolean {
    return this.finished;
  }

  /** @throws UpstreamError for a failure inside the stream; what came before it in the same chunk is passed on. */
  write(chunk: Uint8Array): void {
    const passed: SseFrame[] = [];
    try {
      for (const frame of this.frames.push(chunk)) {
        this.read(frame);
        passed.push(frame);
      }
    } finally {
      this.options.writer.relay(passed);
    }
  }

  /** @throws UpstreamError for a stream that ended without an end. */
  end(): void {
    if (!this.finished) throw UpstreamError.cutOff();
  }

  private read(frame: SseFrame): void {
    if (frame.type === '') return;
    this.options.onEvent();
    if (frame.type === 'error' || frame.type === 'response.failed') throw this.failureIn(frame);
    if (!ENDS.has(frame.type)) return;
    const { response } = dataOf(frame);
    if (!isObject(response)) return void (this.finished = true);
    if (this.options.profile.failsFiltered && isFiltered(response)) throw UpstreamError.contentFiltered();
    this.finished = true;
    this.options.metered.usage(tokensOfResponse(response.usage));
  }

  private failureIn(frame: SseFrame): UpstreamError {
    const event = dataOf(frame);
    const response = isObject(event.response) ? event.response : event;
    this.options.metered.usage(tokensOfResponse(response.usage));
    return upstreamErrorOf(isObject(response.error) ? response.error : response);
  }
}

const dataOf = (frame: SseFrame): JsonObject => frameObject(frame) ?? {};

const isFiltered = ({ incomplete_details: details }: JsonObject): boolean =>
  isObject(details) && details.reason === 'content_filter';
