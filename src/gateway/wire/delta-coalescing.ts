import { JsonObject } from './json';
import { frameObject, SseFrame } from './sse-frames';

/** In characters. Whoever holds deltas back counts them, so that each must stay short. */
const MAX_JOINED = 512;

/** Both texts as one, unless that is long or one is no text. */
export function joinedText(first: unknown, second: unknown): string | undefined {
  if (typeof first !== 'string' || typeof second !== 'string') return undefined;
  return first.length + second.length > MAX_JOINED ? undefined : first + second;
}

/** How the deltas of a protocol are joined. */
export interface Joining {
  /** Whether a frame may hold a delta, as far as that shows without reading it. */
  readonly mayJoin: (frame: SseFrame) => boolean;
  /** The event that says what both say; `undefined` where they are not deltas of the same text. */
  readonly join: (first: JsonObject, second: JsonObject) => JsonObject | undefined;
  readonly frameOf: (event: JsonObject) => SseFrame;
}

/** The frames of a stream, deltas of the same text that follow each other as one. */
export function joinedFrames(frames: readonly SseFrame[], joining: Joining): readonly SseFrame[] {
  const joined: SseFrame[] = [];
  let run: DeltaRun | undefined;
  for (const frame of frames) {
    if (run?.takes(frame)) continue;
    if (run !== undefined) joined.push(run.whole);
    run = joining.mayJoin(frame) ? new DeltaRun(frame, joining) : undefined;
    if (run === undefined) joined.push(frame);
  }
  if (run !== undefined) joined.push(run.whole);
  return joined;
}

/** Deltas of one text, one after another. */
class DeltaRun {
  private event: JsonObject | undefined;
  private isJoined = false;

  constructor(
    private readonly first: SseFrame,
    private readonly joining: Joining,
  ) {}

  takes(frame: SseFrame): boolean {
    if (!this.joining.mayJoin(frame)) return false;
    this.event ??= frameObject(this.first);
    const next = frameObject(frame);
    const both = this.event && next && this.joining.join(this.event, next);
    if (both === undefined) return false;
    this.event = both;
    this.isJoined = true;
    return true;
  }

  /** As it came, if it is but one. */
  get whole(): SseFrame {
    return this.isJoined && this.event !== undefined ? this.joining.frameOf(this.event) : this.first;
  }
}
