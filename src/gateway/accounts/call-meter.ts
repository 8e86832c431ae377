import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallLog } from './call-log';
import { CallMetrics } from './call-metrics';
import { CallStart, MeteredCall, RunningCall } from './metered-call';

const POLL_MS = 50;

/** Notes every call of a model: who made it, what it took, what it cost. To note it neither throws nor waits. */
@Injectable()
export class CallMeter {
  private readonly running = new Set<MeteredCall>();

  constructor(
    private readonly log: CallLog,
    private readonly metrics: CallMetrics,
  ) {}

  begin(call: CallStart): MeteredCall {
    const measured = this.metrics.began(call);
    const running = new RunningCall(call, (ended) => {
      this.running.delete(running);
      measured(ended);
      this.log.add(ended);
    });
    this.running.add(running);
    return running;
  }

  /** Resolves when no call runs, or after so many milliseconds. */
  async idle(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    while (this.running.size > 0 && performance.now() < deadline) await sleep(POLL_MS);
  }

  /** Notes what still runs as aborted: the service ends. */
  endAll(): void {
    for (const call of this.running) call.end('aborted', 'service_stopped');
  }
}
