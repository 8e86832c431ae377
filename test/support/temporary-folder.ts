import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'codex-relay-test-'));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
