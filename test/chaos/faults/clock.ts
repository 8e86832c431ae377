import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '../../support/eventually';
import type { RelayService } from '../../support/service';

const PRELOADED = pathToFileURL(join(__dirname, 'clock-shift.mjs')).href;
const fileIn = (dataRoot: string): string => join(dataRoot, 'clock-shift');

/** Gives a service a wall clock that can jump; its timers are left alone. To be passed as ServiceOptions.prepare. */
export const withShiftingClock = (dataRoot: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${PRELOADED}`,
  CHAOS_CLOCK_FILE: fileIn(dataRoot),
});

/** Sets the clock of the service forward, or back; resolves once it has jumped. */
export async function jumpClock({ dataRoot, pid }: RelayService, byMs: number): Promise<void> {
  writeFileSync(fileIn(dataRoot), String(byMs));
  process.kill(pid, 'SIGUSR2');
  await eventually('the clock has jumped', () => !existsSync(fileIn(dataRoot)));
}
