import { Injectable } from '@nestjs/common';
import { CallStart, MeteredCall } from './metered-call';
import { CallLog } from './call-log';
import { CallMetrics } from './call-metrics';
import { RunningCall } from './running-call';

export type { CallStart, CallTokens, MeteredCall } from './metered-call';

/** Notes every call of a model: who made it, what it took, what it cost. Nothing here throws or waits. */
@Injectable()
export class CallMeter {
  constructor(
    private readonly log: CallLog,
    private readonly metrics: CallMetrics,
  ) {}

  begin(call: CallStart): MeteredCall {
    const measured = this.metrics.began(call);
    return new RunningCall(call, (ended) => {
      measured(ended);
      this.log.add(ended);
    });
  }
}
