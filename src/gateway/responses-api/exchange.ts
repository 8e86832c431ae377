import { ResponseFrame } from '../wire/response-object';
import { ResponsesRequest } from '../wire/responses-request';
import { ResponseEncoder } from './encoder/response-encoder';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { MeteredCall } from '../accounts/metered-call';
import { AnswerProgress } from './answer-progress';
import { Target } from '../routing/backend-router';
import { EventSink } from './event-sink';

/** One request as it arrives: what is asked, of whom, who listens, and who notes what it takes. */
export interface RoutedCall<Sink extends EventSink = EventSink> {
  readonly request: ResponsesRequest;
  readonly target: Target;
  readonly sink: Sink;
  /** What the response tells back of the request. */
  readonly frame: ResponseFrame;
  readonly metered: MeteredCall;
}

/** A call on its way to a provider. */
export interface Exchange<Sink extends EventSink = EventSink> extends RoutedCall<Sink> {
  readonly catalog: ToolCatalog;
  readonly encoder: ResponseEncoder;
  readonly progress: AnswerProgress;
}
