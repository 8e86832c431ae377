import { Injectable } from '@nestjs/common';
import { CallStart, MeteredCall } from './metered-call';
import { CallLog } from './call-log';
import { RunningCall } from './running-call';

export type { CallStart, CallTokens, MeteredCall } from './metered-call';

/** Notes every call of a model: who made it, what it took, what it cost. Nothing here throws or waits. */
@Injectable()
export class CallMeter {
  constructor(private readonly log: CallLog) {}

  begin(call: CallStart): MeteredCall {
    return new RunningCall(call, (ended) => this.log.add(ended));
  }
}
