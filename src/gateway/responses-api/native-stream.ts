import { MeteredCall } from '../accounts/metered-call';
import { tooLongArguments } from '../wire/call-deltas';
import { CALL_LIMITS } from '../wire/call-limits';
import { isObject, JsonObject } from '../wire/json';
import { errorIn } from '../wire/provider-answer';
import { ENDS } from '../wire/response-event';
import { frameData, frameObject, SseFrame, SseFrames } from '../wire/sse-frames';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { tokensOfResponse } from '../wire/usage';
import { ClientProfile } from './client-profile';
import { NativeCharacters } from './native-characters';
import { ResponseWriter } from './response-writer';

const DATA = 'data:';
const ARGUMENT_DELTAS = new Set(['response.function_call_arguments.delta', 'response.custom_tool_call_input.delta']);
/** What an event has beside its delta. */
const EVENT_BYTES = 200;

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
  private readonly characters = new NativeCharacters();
  private finished = false;
  /** Bytes of arguments since an item began. */
  private argumentBytes = 0;

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
        passed.push(this.characters.whole(frame));
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
    if (frame.type === '') return this.readNameless(frame);
    this.options.onEvent();
    this.countArguments(frame);
    if (frame.type === 'error' || frame.type === 'response.failed') throw this.failureIn(frame);
    if (!ENDS.has(frame.type)) return;
    const { response } = dataOf(frame);
    if (!isObject(response)) return void (this.finished = true);
    if (this.options.profile.failsFiltered && isFiltered(response)) throw UpstreamError.contentFiltered();
    this.finished = true;
    this.options.metered.usage(tokensOfResponse(response.usage));
  }

  /** A comment, the mark of the end, or an error of a server that has a form of its own for it. */
  private readNameless(frame: SseFrame): void {
    const error = frame.bytes.includes(DATA) ? errorIn(frameObject(frame)) : undefined;
    if (error !== undefined) throw upstreamErrorOf(isObject(error) ? error : { message: error });
  }

  private countArguments({ type, bytes }: SseFrame): void {
    if (type === 'response.output_item.added') this.argumentBytes = 0;
    if (!ARGUMENT_DELTAS.has(type)) return;
    this.argumentBytes += Math.max(0, bytes.length - EVENT_BYTES);
    if (this.argumentBytes > CALL_LIMITS.arguments) throw tooLongArguments();
  }

  private failureIn(frame: SseFrame): UpstreamError {
    const event = frameObject(frame) ?? { message: frameData(frame) };
    const response = isObject(event.response) ? event.response : event;
    this.options.metered.usage(tokensOfResponse(response.usage));
    return upstreamErrorOf(isObject(response.error) ? response.error : response);
  }
}

const dataOf = (frame: SseFrame): JsonObject => frameObject(frame) ?? {};

const isFiltered = ({ incomplete_details: details }: JsonObject): boolean =>
  isObject(details) && details.reason === 'content_filter';
