import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PINNED_CODEX } from '../../test/support/pinned-codex';
import { TESTED_CODEX_VERSIONS } from './codex-versions';
import { QUIRKS } from './quirks';

const REPOSITORY = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');

/** What a package says of itself, also where it exports no `package.json`. */
function installedVersion(name: string): string {
  for (let folder = dirname(createRequire(__filename).resolve(name)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name: found, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
    if (found === name) return String(version);
  }
}

describe('the quirks that the service relies on', () => {
  it('have ids of their own', () => {
    const ids = QUIRKS.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(QUIRKS.map(({ id, test }) => [id, test] as const))(
    '%s is proved by a test that exists',
    (_, { file, name }) => {
      expect(existsSync(join(REPOSITORY, file)) ? read(file) : `there is no ${file}`).toContain(name);
    },
  );

  it('were seen with the version of codex that is pinned, and with no other than the tested ones', () => {
    for (const { id, seen } of QUIRKS) {
      if (seen.program !== 'codex') continue;
      expect({ id, versions: seen.versions }).toEqual({
        id,
        versions: expect.arrayContaining([PINNED_CODEX]) as unknown,
      });
      expect(TESTED_CODEX_VERSIONS).toEqual(expect.arrayContaining([...seen.versions]));
    }
  });

  it('were seen with the libraries that are installed', () => {
    for (const { id, seen } of QUIRKS) {
      if (seen.program === 'codex') continue;
      expect({ id, version: seen.version }).toEqual({ id, version: installedVersion(seen.program) });
    }
  });

  it('are what comments name by their ids', () => {
    const known = QUIRKS.map(({ id }) => id);
    const sources = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('generated') && !file.includes('runtime/quirks/'))
      .map((file) => read(join('src', file)));
    const named = sources.flatMap((text) => [...text.matchAll(/quirk `([a-z-]+)`/g)].map(([, id]) => id));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((id) => id !== undefined && !known.includes(id))).toEqual([]);
  });
});
