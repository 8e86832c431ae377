import type { AppServerPool } from './app-server/pool/app-server-pool';
import type { ChatRemoval } from './chat/chat-removal';
import type { TurnReconciler } from './chat/turns/turn-reconciler';
import type { TurnScheduler } from './chat/turns/turn-scheduler';
import type { Database } from './database/database';
import type { CallMeter } from './gateway/usage/call-meter';
import { ServicePhase } from './observability/service-phase';
import { Operation } from './operation';

describe('Operation', () => {
  const started = Promise.withResolvers<void>();
  const done = () => Promise.resolve();
  const steps: string[] = [];
  const noted =
    (step: string, then = done) =>
    () => {
      steps.push(step);
      return then();
    };

  it('is told to stop while it starts: it asks codex about no turn, and closes the database when nothing uses it', async () => {
    const reconcile = async (isStopping: () => boolean): Promise<number> => {
      await new Promise(setImmediate);
      steps.push(`reconciled, stopping: ${isStopping()}`);
      throw new Error('the pool is gone');
    };
    const operation = new Operation(
      new ServicePhase(),
      { reconcile } as unknown as TurnReconciler,
      { open: noted('opened'), stop: done } as unknown as TurnScheduler,
      { resume: noted('cleared') } as unknown as ChatRemoval,
      { start: () => started.promise, stop: noted('pool stopped') } as unknown as AppServerPool,
      { idle: done, endAll: () => undefined } as unknown as CallMeter,
      { close: noted('closed') } as unknown as Database,
    );
    const ended = operation.start();
    await operation.drain(0);
    const closed = operation.close();
    started.resolve();
    await closed;
    expect(await ended).toBeUndefined();
    expect(steps).toEqual(['pool stopped', 'reconciled, stopping: true', 'closed']);
  });
});
