import type { EVENT_DATA } from '../dto/event-data.dto';
import type { TurnFailureDto } from '../dto/turn.dto';

export type TurnFailure = Readonly<TurnFailureDto>;

export type ChatEventType = keyof typeof EVENT_DATA;

/** What each type of event carries in `data`. */
type ChatEventData = { [T in ChatEventType]: InstanceType<(typeof EVENT_DATA)[T]> };

/** An event before it has its place in the log. */
export type EventDraft = {
  [T in ChatEventType]: { readonly type: T; readonly turnId: string | null; readonly data: ChatEventData[T] };
}[ChatEventType];

/** Something that a person should know of, in words. */
export const warning = (turnId: string | null, message: string): EventDraft => ({
  ...{ type: 'warning', turnId, data: { message } },
});

/** One entry of a chat's log. */
export type ChatEvent = EventDraft & {
  readonly chatId: string;
  /** 1, 2, 3 ... in each chat. */
  readonly seq: number;
  /** Number of the event before it in the log, 0 for none; `seq - 1` where nothing was taken out between. */
  readonly previousSeq: number;
  readonly at: string;
};
