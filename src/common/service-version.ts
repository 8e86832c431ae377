import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The `package.json` of this service, above the sources and above the build, and its folder. */
function packageFile(): { folder: string; version: string } {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
      return { folder, version };
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}

/** `packageRoot` is where `config` and the other folders of the package lie. */
export const { folder: packageRoot, version: serviceVersion } = packageFile();
