/** A tool call that the scripted model makes. */
export interface ScriptedCall {
  readonly name: string;
  /** An object is sent as JSON, a text as it is. */
  readonly arguments: unknown;
  /** Default: `call_<request number>_<position>`. */
  readonly id?: string;
  /** Responses flavour only. */
  readonly namespace?: string;
  /** Responses flavour only: free text, as `apply_patch` takes it. */
  readonly custom?: boolean;
}

export interface ScriptedUsage {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly reasoning?: number;
}

/** What becomes of the stream after so many of its frames. */
export interface ScriptedFault {
  /** `stall`: nothing more comes; `abort`: the connection breaks; `close`: it ends without a finish. */
  readonly kind: 'stall' | 'abort' | 'close';
  readonly afterFrames: number;
}

/** One answer of the scripted model. */
export interface ScriptedReply {
  /** HTTP status; from 300 on only `error` is sent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bytes are sent in this coding. */
  readonly encoding?: 'gzip' | 'br' | 'deflate';
  /** Body of an error answer: an object as JSON, a text as it is. */
  readonly error?: unknown;
  /** The body of an answer with HTTP 200, as JSON, whatever was asked for. */
  readonly body?: unknown;
  /** An error object in the middle of the stream, behind all deltas. */
  readonly streamError?: unknown;
  readonly reasoning?: readonly string[];
  /** Responses flavour only: reasoning has a status, as xAI sends it. */
  readonly reasoningStatus?: boolean;
  /** Anthropic's of the reasoning, Gemini's of the first call or the text. */
  readonly signature?: string;
  readonly text?: readonly string[];
  readonly calls?: readonly ScriptedCall[];
  /** Pieces that each call's arguments are cut into. */
  readonly argumentPieces?: number;
  /** The pieces of parallel calls take turns. */
  readonly interleaved?: boolean;
  /** null: none is sent. */
  readonly usage?: ScriptedUsage | null;
  /** Chat flavour only: the usage comes with the finish, as Mistral sends it, and not in a chunk of its own. */
  readonly usageWithFinish?: boolean;
  readonly finishReason?: string;
  /** Milliseconds before the first frame, and between two. */
  readonly firstDelayMs?: number;
  readonly delayMs?: number;
  /** Milliseconds of one pause in the middle of the frames. */
  readonly pauseMs?: number;
  /** Milliseconds between the last frame and the end of the stream. */
  readonly endDelayMs?: number;
  readonly fault?: ScriptedFault;
  /** These server-sent events, as they are, instead of all above. */
  readonly frames?: readonly string[];
  /** Chat flavour only: these chunks instead of all above. */
  readonly chunks?: readonly unknown[];
}

export const textReply = (text: string, more: ScriptedReply = {}): ScriptedReply => ({ text: [text], ...more });

/** A text of `count` deltas. */
export const deltasReply = (count: number, more: ScriptedReply = {}): ScriptedReply => ({
  text: Array.from({ length: count }, (_, index) => `word${index} `),
  ...more,
});

export const callsReply = (calls: readonly ScriptedCall[], more: ScriptedReply = {}): ScriptedReply => ({
  calls,
  ...more,
});

/** An error answer in OpenAI's form. */
export const errorReply = (
  status: number,
  message: string,
  more: { code?: string; type?: string; headers?: Readonly<Record<string, string>> } = {},
): ScriptedReply => ({
  status,
  headers: more.headers,
  error: { error: { message, type: more.type ?? 'error', param: null, code: more.code ?? null } },
});
