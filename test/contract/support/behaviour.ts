import { ScriptedReply } from '../../support/scripted-reply';
import { Rule } from './provider-rule';
import { WireRequest } from './wire-request';

type Json = Readonly<Record<string, unknown>>;

export const WAYS = ['chat', 'responses', 'responses streamed', 'completions', 'completions streamed'] as const;
/** How a user reaches a model: a chat with the real codex, or one of the two APIs, whole or streamed. */
export type Way = (typeof WAYS)[number];

export const RESPONSES: readonly Way[] = ['responses', 'responses streamed'];
export const COMPLETIONS: readonly Way[] = ['completions', 'completions streamed'];
export const BOTH_APIS: readonly Way[] = [...RESPONSES, ...COMPLETIONS];
export const STREAMED: readonly Way[] = ['chat', 'responses streamed', 'completions streamed'];

/** What was said before the first step; a client of the APIs brings it along, a chat cannot. */
export type Entry =
  | { readonly role: 'system' | 'developer' | 'user' | 'assistant'; readonly text: string; readonly picture?: string }
  | { readonly call: string; readonly id: string; readonly arguments: string }
  | { readonly result: string; readonly id: string };

/** One thing that the user says, and what belongs to that request. */
export interface Step {
  readonly say: string;
  /** A data URL or an address. */
  readonly picture?: string;
  /** From here on this backend, instead of the one of the test. */
  readonly on?: string;
  readonly effort?: string;
  /** More fields of a request to `/v1/responses`. */
  readonly responses?: Json;
  /** More fields of a request to `/v1/chat/completions`. */
  readonly completions?: Json;
}

/** What one step came to, told alike for every way. */
export interface Answer {
  readonly status: 'completed' | 'incomplete' | 'failed';
  /** HTTP status of the API; 200 in a chat. */
  readonly http: number;
  /** Code, message and field of a failure. */
  readonly code?: string | null;
  readonly message?: string;
  readonly param?: string | null;
  /** The last text of the assistant. */
  readonly text: string;
  /** Every text of the assistant that a reader sees in the end, round by round. */
  readonly texts: readonly string[];
  /** All deltas of text that were sent, or the whole text where there are none. */
  readonly shown: string;
  readonly reasoning: string;
  /** Arguments of the calls that the client was asked for. */
  readonly calls: readonly string[];
  readonly usage?: { readonly input: number; readonly output: number };
  /** The body or the chat's events, as text. */
  readonly raw: string;
}

/** Everything that a check may look at. */
export interface Seen {
  readonly way: Way;
  readonly backend: string;
  readonly answers: readonly Answer[];
  /** All requests that providers got, refused ones too. */
  readonly requests: readonly WireRequest[];
  readonly last: WireRequest;
}

export type Reply = ScriptedReply | readonly ScriptedReply[] | ((request: WireRequest, index: number) => ScriptedReply);

/** A text means an answer that is complete with this text. */
export type Expected = string | { readonly [Field in keyof Answer]?: Answer[Field] | RegExp };

/** One behaviour of an upstream, and what users must see of it: a row. */
export interface Behaviour {
  readonly name: string;
  /** Ids of the backends on which it is tried, each a test of its own. */
  readonly on: readonly string[];
  readonly ways: readonly Way[];
  readonly rules?: readonly Rule[];
  /** What the providers say to requests that break no rule, in turn, the last again and again; default: `Hello!`. */
  readonly replies?: Reply;
  readonly history?: readonly Entry[];
  /** Default: one, `go`. */
  readonly steps?: readonly Step[];
  readonly answers?: readonly Expected[];
  readonly check?: (seen: Seen) => void;
}
