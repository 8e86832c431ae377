// Preloaded into the service (--import): on SIGUSR2 its wall clock jumps by the milliseconds in the file that
// CHAOS_CLOCK_FILE names, which is deleted then. Timers and `performance.now()` go on, as they do when NTP or a person
// sets the clock of a machine: the kernel's monotonic clock is another one.
import { readFileSync, rmSync } from 'node:fs';

const Real = Date;
const file = process.env.CHAOS_CLOCK_FILE;
let shiftMs = 0;
const now = () => Real.now() + shiftMs;

globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

process.on('SIGUSR2', () => {
  shiftMs += Number(readFileSync(file, 'utf8'));
  rmSync(file);
});
