import { NativeRelay } from './native-relay';
import { ResponseEncoder } from './encoder/response-encoder';

/** How far the answer to one request has come, whichever way it is made. */
export class AnswerProgress {
  /** Of the attempt that runs, if a provider's own events are passed on. */
  relay: NativeRelay | undefined;

  constructor(private readonly encoder: ResponseEncoder) {}

  /** Whether the client has been sent something of the answer. */
  get hasOutput(): boolean {
    return this.encoder.hasOutput || this.relay?.hasOutput === true;
  }

  /** Whether the events that the client has got are a provider's own. */
  get isRelayed(): boolean {
    return this.relay?.hasOutput === true && !this.encoder.started;
  }

  /**
   * Whether the answer has begun, but has no finished message or call yet: a client may ask again without having
   * anything twice.
   */
  get isRepeatable(): boolean {
    return this.relay?.hasOutput ? !this.relay.hasFinishedItems : this.encoder.isRepeatable;
  }

  /** A sign of life, in the provider's words if it has said anything, else in ours. */
  keepAlive(): void {
    if (this.relay?.keepAlive()) return;
    // The first two events may be held back; the third is what reaches the client.
    if (!this.encoder.started) this.encoder.start();
    this.encoder.keepAlive();
  }
}
