import pino from 'pino';
import { IllegalTransitionError, InstanceLifecycle, InstanceState } from './instance-lifecycle';

describe('InstanceLifecycle', () => {
  const walk = (...states: InstanceState[]): InstanceLifecycle => {
    const lifecycle = new InstanceLifecycle(pino({ level: 'silent' }));
    states.forEach((state) => lifecycle.to(state, 'test'));
    return lifecycle;
  };

  it('goes from a start over a drain to a new start', () => {
    expect(walk('starting', 'ready', 'draining', 'stopped', 'starting').state).toBe('starting');
  });

  it('comes back from a crash and from quarantine', () => {
    expect(walk('starting', 'backing-off', 'starting', 'quarantined', 'starting', 'ready').state).toBe('ready');
  });

  it.each<[InstanceState, InstanceState[]]>([
    ['ready', []],
    ['ready', ['starting', 'ready', 'draining']],
    ['starting', ['starting', 'ready']],
    ['backing-off', ['starting', 'ready', 'draining']],
    ['stopped', ['starting', 'ready']],
  ])('does not come to %s from %j', (to, from) => {
    expect(() => walk(...from, to)).toThrow(IllegalTransitionError);
  });
});
