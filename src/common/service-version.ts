import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The `package.json` of this service, above the sources and above the build. */
function packageFile(): { version: string } {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}

export const serviceVersion = packageFile().version;
