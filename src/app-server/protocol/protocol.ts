import type { ClientRequest } from './generated/ClientRequest';
import type { InitializeResponse } from './generated/InitializeResponse';
import type { ThreadBackgroundTerminalsCleanResponse } from './generated/v2/ThreadBackgroundTerminalsCleanResponse';
import type { ThreadBackgroundTerminalsListResponse } from './generated/v2/ThreadBackgroundTerminalsListResponse';
import type { ThreadBackgroundTerminalsTerminateResponse } from './generated/v2/ThreadBackgroundTerminalsTerminateResponse';
import type { ThreadCompactStartResponse } from './generated/v2/ThreadCompactStartResponse';
import type { ThreadDeleteResponse } from './generated/v2/ThreadDeleteResponse';
import type { ThreadInjectItemsResponse } from './generated/v2/ThreadInjectItemsResponse';
import type { ThreadLoadedListResponse } from './generated/v2/ThreadLoadedListResponse';
import type { ThreadForkResponse } from './generated/v2/ThreadForkResponse';
import type { ThreadResumeResponse } from './generated/v2/ThreadResumeResponse';
import type { ThreadStartResponse } from './generated/v2/ThreadStartResponse';
import type { ThreadTurnsListResponse } from './generated/v2/ThreadTurnsListResponse';
import type { ThreadUnsubscribeResponse } from './generated/v2/ThreadUnsubscribeResponse';
import type { TurnInterruptResponse } from './generated/v2/TurnInterruptResponse';
import type { TurnStartResponse } from './generated/v2/TurnStartResponse';
import type { TurnSteerResponse } from './generated/v2/TurnSteerResponse';

/** What each request that we send is answered with; the generated types do not say which belongs to which. */
interface Results {
  initialize: InitializeResponse;
  'thread/start': ThreadStartResponse;
  'thread/resume': ThreadResumeResponse;
  'thread/fork': ThreadForkResponse;
  'thread/unsubscribe': ThreadUnsubscribeResponse;
  'thread/backgroundTerminals/clean': ThreadBackgroundTerminalsCleanResponse;
  'thread/backgroundTerminals/list': ThreadBackgroundTerminalsListResponse;
  'thread/backgroundTerminals/terminate': ThreadBackgroundTerminalsTerminateResponse;
  'thread/compact/start': ThreadCompactStartResponse;
  'thread/delete': ThreadDeleteResponse;
  'thread/inject_items': ThreadInjectItemsResponse;
  'thread/loaded/list': ThreadLoadedListResponse;
  'thread/turns/list': ThreadTurnsListResponse;
  'turn/start': TurnStartResponse;
  'turn/steer': TurnSteerResponse;
  'turn/interrupt': TurnInterruptResponse;
}

/** A request that this service sends. */
export type Method = keyof Results;
export type ParamsOf<M extends Method> = Extract<ClientRequest, { method: M }>['params'];
export type ResultOf<M extends Method> = Results[M];
