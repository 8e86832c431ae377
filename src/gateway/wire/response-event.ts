import { OutputItem, OutputText, ResponseSnapshot, SummaryText } from './response-object';

interface OfItem {
  readonly item_id: string;
  readonly output_index: number;
}
type OfContent = OfItem & { readonly content_index: number };
type OfSummary = OfItem & { readonly summary_index: number };

/** Events of a response that has said nothing yet, by their type. */
export const OPENINGS: ReadonlySet<string> = new Set(['response.created', 'response.queued', 'response.in_progress']);
/** Events after which a response says nothing more. */
export const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** The stream events that the gateway makes, without their sequence number. */
export type ResponseEvent =
  | {
      readonly type:
        'response.created' | 'response.in_progress' | 'response.completed' | 'response.incomplete' | 'response.failed';
      readonly response: ResponseSnapshot;
    }
  | {
      readonly type: 'response.output_item.added' | 'response.output_item.done';
      readonly output_index: number;
      readonly item: OutputItem;
    }
  | ({
      readonly type: 'response.content_part.added' | 'response.content_part.done';
      readonly part: OutputText;
    } & OfContent)
  | ({
      readonly type: 'response.output_text.delta';
      readonly delta: string;
      readonly logprobs: readonly never[];
    } & OfContent)
  | ({
      readonly type: 'response.output_text.done';
      readonly text: string;
      readonly logprobs: readonly never[];
    } & OfContent)
  | ({
      readonly type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done';
      readonly part: SummaryText;
    } & OfSummary)
  | ({ readonly type: 'response.reasoning_summary_text.delta'; readonly delta: string } & OfSummary)
  | ({ readonly type: 'response.reasoning_summary_text.done'; readonly text: string } & OfSummary)
  | ({
      readonly type: 'response.function_call_arguments.delta' | 'response.custom_tool_call_input.delta';
      readonly delta: string;
    } & OfItem)
  | ({
      readonly type: 'response.function_call_arguments.done';
      readonly name: string;
      readonly arguments: string;
    } & OfItem)
  | ({ readonly type: 'response.custom_tool_call_input.done'; readonly input: string } & OfItem);

/** An event as it is sent; numbers count from 0 in each response. */
export type NumberedEvent = ResponseEvent & { readonly sequence_number: number };

/** Where an item in the making sends its events. */
export type Emit = (event: ResponseEvent) => void;

export const sseFrame = (event: NumberedEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
