import type { Dirent } from 'node:fs';
import { readdir, realpath, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComponentLogger } from '../../common/logger';
import type { AgentHomes } from '../process/process-launcher';
import type { ThreadSettings } from './thread-spec';

/** Where the administrator of a machine puts skills for all users of codex. */
const OF_THE_MACHINE = '/etc/codex/skills';
/** Of a CODEX_HOME; codex hands them over to every thread (0.171.0). */
const INSTRUCTIONS = ['AGENTS.override.md', 'AGENTS.md'];
const SET_ASIDE = '.set-aside';
const DOCUMENT = /^skill\.md$/iu;
/** As far as codex looks, and somewhat further. */
const MAX_DEPTH = 8;
const MAX_FOLDERS = 4_000;

/**
 * Sees to it that codex gives its model no skill and no AGENTS.md but what the service has chosen: those of the workspace's
 * folders for codex, of its homes and of the machine are switched off one by one, as codex has no setting for all of them
 * (quirk `found-skills`). An AGENTS.md of CODEX_HOME, which only the operator or an agent without a sandbox can have put there,
 * is renamed.
 */
export class OutsideInstructions {
  constructor(private readonly logger: Pick<ComponentLogger, 'warn'>) {}

  /** Before a thread is opened. @throws Error of the file system, where a file cannot be renamed */
  async keptFrom(spec: ThreadSettings, { codexHome, home, homes }: AgentHomes): Promise<ThreadSettings> {
    await this.setAside(codexHome);
    const roots: [folder: string, seenAt?: string][] = [
      ...[join(spec.cwd, '.agents', 'skills'), join(spec.cwd, '.codex', 'skills')].map((path): [string] => [path]),
      ...[join(codexHome, 'skills'), OF_THE_MACHINE].map((path): [string] => [path]),
      ...homes.map((path): [string, string] => [join(path, '.agents', 'skills'), join(home, '.agents', 'skills')]),
    ];
    const found = await Promise.all(roots.map(([folder, seenAt = folder]) => documentsIn(folder, seenAt)));
    const paths = [...new Set(found.flat())].sort();
    if (paths.length === 0) return spec;
    const skills = paths.map((path) => ({ path, enabled: false }));
    return { ...spec, config: { ...spec.config, 'skills.config': skills } };
  }

  private async setAside(codexHome: string): Promise<void> {
    for (const name of INSTRUCTIONS) {
      const path = join(codexHome, name);
      const isThere = await rename(path, `${path}${SET_ASIDE}`).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
          return false;
        },
      );
      if (isThere) this.logger.warn({ path }, 'instructions for all chats were set aside: templates are for that');
    }
  }
}

/** Paths of skills below a folder, through links too, as codex sees them. @param seenAt path of the folder for codex */
async function documentsIn(folder: string, seenAt: string): Promise<string[]> {
  const documents: string[] = [];
  const known = new Set<string>();
  let level = [{ folder, seenAt }];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const below: typeof level = [];
    for (const place of level) {
      const real = await realpath(place.folder).catch(() => undefined);
      if (real === undefined || known.has(real) || known.size >= MAX_FOLDERS) continue;
      known.add(real);
      const entries = await readdir(place.folder, { withFileTypes: true }).catch((): Dirent[] => []);
      documents.push(...entries.filter(({ name }) => DOCUMENT.test(name)).map(({ name }) => join(place.seenAt, name)));
      for (const entry of entries) {
        const path = join(place.folder, entry.name);
        if (await isFolder(entry, path)) below.push({ folder: path, seenAt: join(place.seenAt, entry.name) });
      }
    }
    level = below;
  }
  return documents;
}

const isFolder = async (entry: Dirent, path: string): Promise<boolean> =>
  entry.isDirectory() ||
  (entry.isSymbolicLink() &&
    (await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )));
