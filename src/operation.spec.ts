import type { AppServerPool } from './app-server/pool/pool';
import type { ChatRemoval } from './chat/chat-removal';
import type { TurnReconciler } from './chat/turns/turn-reconciler';
import type { TurnScheduler } from './chat/turns/turn-scheduler';
import type { CallMeter } from './gateway/accounts/call-meter';
import { ServicePhase } from './observability/service-phase';
import { Operation } from './operation';

describe('Operation', () => {
  const done = () => Promise.resolve();
  let phase: ServicePhase;
  let steps: string[];
  let started: PromiseWithResolvers<void>;
  let opened: () => Promise<void>;
  let reconcile: (isStopping: () => boolean) => Promise<number>;

  beforeEach(() => {
    [phase, steps, started] = [new ServicePhase(), [], Promise.withResolvers()];
    opened = done;
    reconcile = () => Promise.resolve(0);
  });

  const noted = (step: string) => () => Promise.resolve(void steps.push(step));
  const newOperation = (): Operation =>
    new Operation(
      phase,
      { reconcile } as unknown as TurnReconciler,
      { open: () => noted('opened')().then(opened), stop: done } as unknown as TurnScheduler,
      { resume: noted('cleared') } as unknown as ChatRemoval,
      { start: () => started.promise, stop: noted('pool stopped') } as unknown as AppServerPool,
      { idle: done, endAll: () => undefined } as unknown as CallMeter,
    );

  it('is told to stop while it starts: it asks codex about no turn, and its end waits for the end of the start', async () => {
    reconcile = async (isStopping) => {
      await new Promise(setImmediate);
      steps.push(`reconciled, stopping: ${isStopping()}`);
      throw new Error('the pool is gone');
    };
    const operation = newOperation();
    const ended = operation.start();
    await operation.drain(0);
    const closed = operation.close().then(() => steps.push('closed'));
    started.resolve();
    await closed;
    expect(await ended).toBeUndefined();
    expect(steps).toEqual(['pool stopped', 'reconciled, stopping: true', 'closed']);
  });

  it('is told to stop while it takes up the queued turns: it does not run from then on', async () => {
    const taken = Promise.withResolvers<void>();
    opened = () => taken.promise;
    const operation = newOperation();
    const ended = operation.start();
    started.resolve();
    await new Promise(setImmediate);
    await operation.drain(0);
    taken.resolve();
    expect(await ended).toBeUndefined();
    expect(phase.current).toBe('stopping');
    expect(steps).toEqual(['opened']);
  });
});
