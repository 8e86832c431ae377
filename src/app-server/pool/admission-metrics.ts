import { Counter, Histogram } from 'prom-client';
import { countFromZero } from '../../common/count-from-zero';

export const placeWaitSeconds = new Histogram({
  name: 'codex_relay_pool_wait_seconds',
  help: 'From the wish of a turn for a place in an app-server to the place',
  buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300],
});

const REASONS = ['saturated', 'timeout'] as const;

export const placesRefused = new Counter({
  name: 'codex_relay_pool_refusals_total',
  help: 'Turns that got no place in an app-server: too many waited (saturated), or it took too long (timeout)',
  labelNames: ['reason'] as const,
});
countFromZero(placesRefused, 'reason', REASONS);
