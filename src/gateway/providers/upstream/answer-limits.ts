import { CALL_LIMITS } from '../../wire/call-limits';
import { endless } from '../../wire/upstream.error';

const NEWLINE = 0x0a;
/** What may end an event; the second is that of streams with line ends of Windows. */
const EVENT_ENDS = ['\n\n', '\n\r\n'];

/**
 * Counts the bytes of one answer, so that one without an end costs neither memory nor the time to look for its end. Looks at a
 * chunk from its end, where it most often has a line end.
 */
export class AnswerLimits {
  private answer = 0;
  private event = 0;
  private line = 0;

  /** @param isStream whether it is a stream of server-sent events, which has lines. */
  constructor(
    private readonly isStream: boolean,
    private readonly most: Readonly<Omit<typeof CALL_LIMITS, 'arguments'>> = CALL_LIMITS,
  ) {}

  /** @throws UpstreamError for an answer that goes beyond a limit with this chunk. */
  check(chunk: Buffer): void {
    this.answer += chunk.length;
    if (this.answer > this.most.answer) throw endless('an answer');
    if (!this.isStream) return;
    const newline = chunk.lastIndexOf(NEWLINE);
    this.line = newline < 0 ? this.line + chunk.length : chunk.length - newline - 1;
    if (this.line > this.most.line) throw endless('a line');
    const end = newline < 0 ? -1 : Math.max(...EVENT_ENDS.map((mark) => chunk.lastIndexOf(mark)));
    this.event = end < 0 ? this.event + chunk.length : chunk.length - end;
    if (this.event > this.most.event) throw endless('an event');
  }
}
