import { isOver, type TurnProgress } from './turn-progress';

/** Between two notes at least, and while nothing happens at most: clients end calls of which they hear nothing. */
const MIN_APART_MS = 500;
const SILENCE_MS = 10_000;
const MAX_TEXT = 200;

type Note = (progress: number, message: string) => Promise<void>;

/** Tells a caller that waits how a turn goes on: the newest state, now and then. */
export class ProgressNotes {
  private count = 0;
  private latest = 'The message is accepted.';
  private isDue = false;
  private readonly timer: NodeJS.Timeout;
  private silentMs = 0;

  /** @param send numbers rise; what it fails with is that the caller is gone */
  constructor(private readonly send: Note) {
    this.timer = setInterval(() => this.tick(), MIN_APART_MS).unref();
  }

  /** Before the answer is sent: no note follows it. */
  stop(): void {
    clearInterval(this.timer);
  }

  tell(progress: TurnProgress): void {
    const words = inWords(progress);
    if (words === this.latest || isOver(progress)) return;
    this.latest = words;
    this.isDue = true;
    if (this.count === 0) this.note();
  }

  private tick(): void {
    this.silentMs += MIN_APART_MS;
    if (this.isDue || this.silentMs >= SILENCE_MS) this.note();
  }

  private note(): void {
    this.isDue = false;
    this.silentMs = 0;
    this.count += 1;
    this.send(this.count, this.latest).catch(() => this.stop());
  }
}

/** What a turn is at, in one line. */
export function inWords({ status, steps, said, approvals }: TurnProgress): string {
  if (approvals.length > 0) return 'The agent waits for an answer.';
  if (status === 'queued') return 'The message waits for its turn to begin.';
  const step = steps.at(-1);
  if (step?.status === 'running') return `${step.kind}: ${cut(step.title)}`;
  if (said !== null && said.text !== '') return cut(said.text);
  return step === undefined ? 'The agent works.' : `${step.kind}: ${cut(step.title)} (${step.status})`;
}

/** The end of a text, in one line. */
function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_TEXT ? `…${line.slice(-MAX_TEXT)}` : line;
}
